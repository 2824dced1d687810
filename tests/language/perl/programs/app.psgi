use lib 'lib'; use Fleet::Depot; use Plack::Builder;
my $app = sub { my $env = shift; die "no fuel left" if $env->{PATH_INFO} eq '/die'; Fleet::Depot->new->deep(1) if $env->{PATH_INFO} eq '/deep'; Fleet::Depot->new->load(9) };
builder { enable 'StackTrace', force => 0; $app };

use Dancer2; use lib 'lib'; use Fleet::Depot;
set logger => 'console'; set show_stacktrace => 0; set log => 'warning';
get '/die' => sub { die "no fuel left" };
get '/deep' => sub { Fleet::Depot->new->deep(1) };
get '/error' => sub { error "could not weigh: at noon"; "x" };
my $app = to_app;
use Plack::Test; use HTTP::Request::Common;
test_psgi $app, sub { my $cb = shift; $cb->(GET $_) for qw(/die /deep /error) };

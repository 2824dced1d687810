use Plack::Test; use Plack::Util; use HTTP::Request::Common;
my $app = Plack::Util::load_psgi('app.psgi');
test_psgi $app, sub { my $cb = shift; my $r = $cb->(GET $_) for qw(/die /deep /load) };

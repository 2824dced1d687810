use Mojolicious::Lite -signatures; use lib 'lib'; use Fleet::Depot;
app->log->path(undef); 
get '/die' => sub ($c) { die "no fuel left" };
get '/deep' => sub ($c) { Fleet::Depot->new->deep(2) };
get '/load' => sub ($c) { Fleet::Depot->new->load(99) };
get '/undef' => sub ($c) { my $x; $x->go };
app->start;

use lib 'lib'; use Fleet::Depot; use Log::Log4perl qw(:easy);
Log::Log4perl->easy_init({ level => $INFO, layout => '%d %p> %F{1}:%L %M - %m%n' });
INFO "depot up"; eval { Fleet::Depot->new->load(99) }; ERROR "route failed: $@"; sub weigh { LOGCONFESS("bottom") } WARN "late"; eval { weigh(3) }; eval { Fleet::Depot->new->deep(1) }; FATAL "day lost: $@"; INFO "done";

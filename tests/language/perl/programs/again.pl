use strict; use warnings; use FindBin; use lib "$FindBin::Bin/lib";
use Fleet::Depot;

my $depot = Fleet::Depot->new;
sub drive { my ($km) = @_; my @empty = ("road") x -1; return $depot->can('fly') ? $km : Fleet::Depot::fly($km) }

eval { die "no fuel left" };
warn;
warn "low on oil";
drive(7);

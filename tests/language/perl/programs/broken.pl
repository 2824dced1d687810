use strict;
my $x = 1
2;
$y = 3;

package Fleet::Depot;
use strict; use warnings; use Carp qw(croak confess cluck carp longmess);
our $VERSION = 1.2; our $loud;
sub new { return bless { roads => undef }, shift }
sub load { my ($self, $id) = @_; croak "truck $id not found" }
sub deep { my ($self, $n, @more) = @_; return $n ? $self->deep($n - 1, @more) : confess "tank is empty: need ", 20, " more" }
sub grumble { my ($self, $n) = @_; return $n ? $self->grumble($n - 1) : cluck "low on oil" }
sub mutter { my ($self) = @_; carp "mind the step" }
sub newline { my ($self) = @_; croak "first\nsecond\n" }
sub compare { my ($self, $x, $y) = @_; confess "cannot compare $x with $y" }
sub DESTROY { die "gone" if $loud && ${^GLOBAL_PHASE} eq 'DESTRUCT' }
1;

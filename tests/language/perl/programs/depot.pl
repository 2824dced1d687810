use strict; use warnings; use FindBin; use lib "$FindBin::Bin/lib";
use Fleet::Depot; use Carp;

package Fleet::Error { use overload '""' => sub { ref($_[0]) . ": $_[0]{message}\n" }; sub throw { my ($class, $m) = @_; die bless { message => $m }, $class } }
package Fleet::Spoken { use overload '""' => sub { ref($_[0]) . ": $_[0]{message} at $_[0]{file} line $_[0]{line}.\n" }; sub throw { my ($class, $m) = @_; my (undef, $f, $l) = caller; die bless { message => $m, file => $f, line => $l }, $class } }
package main;

my $depot = Fleet::Depot->new;
sub weigh { my ($n) = @_; return $n > 0 ? weigh($n - 1) : Carp::confess("bottom") }
my %do = (
    die => sub { die "no fuel left" },
    die_newline => sub { die "no fuel left\n" },
    die_handle => sub { open my $fh, '<', $0 or die; my $l = <$fh>; $l = <$fh>; die "bad line" },
    die_stdin => sub { my $l = <STDIN>; die "bad input: " . length $l },
    croak => sub { $depot->load(99) },
    confess => sub { $depot->deep(3, 'a "quoted" one', [1], undef, 3.14) },
    cluck => sub { $depot->grumble(2); print STDERR "still here\n" },
    carp => sub { $depot->mutter; print STDERR "still here\n" },
    recursion => sub { weigh(30) },
    object => sub { Fleet::Error->throw("road A1 is closed") },
    object_spoken => sub { Fleet::Spoken->throw("road A1 is closed") },
    object_bare => sub { die bless { a => 1 }, 'Fleet::Bare' },
    hash => sub { die { code => 7 } },
    nested => sub { eval { eval { $depot->load(99) }; die "settlement failed: $@" }; die "day is lost: $@" },
    propagated => sub { eval { die "first" }; die },
    propagated_twice => sub { eval { eval { die "first" }; die }; die },
    multiline => sub { die "query failed:\nSELECT *\n  FROM roads\n\n at fake.pl line 3.\nhint: look" },
    croak_newline => sub { $depot->newline },
    method => sub { my $x; $x->go },
    package => sub { Fleet::None->go },
    undefined => sub { no strict 'refs'; &{"Fleet::Depot::fly"}(1) },
    divide => sub { my $z = 0; 1 / $z },
    strict => sub { my $s = "x"; my @a = @$s },
    require => sub { require Fleet::Nowhere },
    syntax => sub { require "./broken.pl" },
    begin => sub { eval 'use Fleet::Depot 99; 1' or die $@ },
    string_eval => sub { my $r = eval "sub half { return 1 / (\$_[0] - 2) }\nhalf(2)"; die $@ if $@ },
    string_eval_confess => sub { eval "Carp::confess('inside')"; die $@ },
    sort => sub { my @a = sort { $depot->compare($a, $b) } 3, 1, 2 },
    anon => sub { my $f = sub { sub { Carp::confess("in a closure") }->(@_) }; $f->(7) },
    signal => sub { local $SIG{ALRM} = sub { die "timed out\n" }; local $SIG{__DIE__} = sub { Carp::confess($_[0]) }; alarm 1; select undef, undef, undef, 3 },
    die_handler => sub { local $SIG{__DIE__} = \&Carp::confess; $depot->{roads}->go; },
    warnings => sub { my %h; my $s = "x $h{a}"; my $n = "abc" + 1; my @a = (1); my $v = "$a[7]"; warn "low on fuel"; warn "low on oil\n"; my $q = substr "ab", 7, 1; print STDERR "done\n" },
    destroy => sub { $Fleet::Depot::loud = Fleet::Depot->new; exit 0 },
    unicode => sub { binmode STDERR, ':utf8'; use utf8; die "Größe ungültig — 無効 ☕" },
    long => sub { Carp::confess("x" x 20) if $depot; },
    trace => sub { require Devel::StackTrace; sub Fleet::f { print STDERR "route failed\n", Devel::StackTrace->new->as_string, "\n" } Fleet::f(1, 'b') },
    exception_class => sub { require Exception::Class; Exception::Class->import('Fleet::Lost' => { fields => ['at'] }); sub Fleet::g { Fleet::Lost->throw(error => 'lost at sea', at => 7) } eval { Fleet::g(2) }; my $e = $@; print STDERR ref $e, ': ', $e->as_string, "\n"; Fleet::Lost->Trace(1); Fleet::g(2) },
    try_tiny => sub { require Try::Tiny; Try::Tiny::try(sub { $depot->load(99) }, Try::Tiny::catch(sub { die "caught: $_" })) },
    sig_logged => sub { my $t = '[Fri Nov 20 15:49:24 2026] depot.pl: '; local $SIG{__DIE__} = sub { print STDERR $t, @_ }; local $SIG{__WARN__} = sub { print STDERR $t, @_ }; warn "low"; eval { $depot->load(99) }; print STDERR "done\n" },
    mixed => sub { print "2026-11-20 15:49:23 INFO depot up at depot.pl line 1 of the plan\n"; print "look at the map on line 7.\n"; print "ok 1 - at t/x.t line 5.\n#   at t/x.t line 5.\n" },
);
$do{$ARGV[0]}->();

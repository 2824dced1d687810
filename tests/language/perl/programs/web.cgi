#!/usr/bin/perl
use strict; use warnings; use lib 'lib'; use Fleet::Depot;
print "Content-Type: text/plain\n\n";
warn "low on fuel";
Fleet::Depot->new->load(7);

#!/bin/bash
# namespace.sh DIR CMD...: runs CMD where /run, the machine id, journald's configuration and its folder are its own, and a
# cgroup2 tree is at /sys/fs/cgroup. Nothing of the host is touched; journald itself is started by CMD. Needs CAP_SYS_ADMIN.
set -euo pipefail
D=$1; shift
mkdir -p "$D/journal"
[ -s "$D/machine-id" ] || tr -d - < /proc/sys/kernel/random/uuid > "$D/machine-id"
printf '[Journal]\nStorage=persistent\nCompress=yes\nRateLimitIntervalSec=0\nSyncIntervalSec=1s\nSystemMaxUse=2G\nReadKMsg=no\nAudit=no\n' > "$D/journald.conf"
export D
exec unshare --mount --propagation private bash -euc '
mount -t tmpfs tmpfs /run
mkdir -p /run/systemd/journal /run/log /var/log/journal /etc/systemd "$D/journal/$(cat "$D/machine-id")"
touch /etc/machine-id /etc/systemd/journald.conf
mount --bind "$D/machine-id" /etc/machine-id
mount --bind "$D/journal" /var/log/journal
mount --bind "$D/journald.conf" /etc/systemd/journald.conf
umount -R /sys/fs/cgroup 2>/dev/null || true
mount -t cgroup2 cgroup2 /sys/fs/cgroup
exec "$@"' namespace "$@"

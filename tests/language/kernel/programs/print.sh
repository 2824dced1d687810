#!/bin/bash
# print.sh: has the kernel print what oom_memcg_* and hung_task_* hold. Needs root; takes two minutes.
set -euo pipefail
group=/sys/fs/cgroup/memory/system.slice/shop.service
mkdir -p "$group"; echo 40M > "$group/memory.limit_in_bytes"
bash -c 'echo 0 > "$1/cgroup.procs"; exec python3 -c "b=[]
while 1: b.append(bytearray(1<<20))"' - "$group" || true
image=$(mktemp) mount=$(mktemp -d)
truncate -s 32M "$image"; mkfs.ext4 -qF "$image"; mount -o loop "$image" "$mount"; fsfreeze -f "$mount"
python3 -c 'import sys; open(sys.argv[1], "w")' "$mount/orders" & writer=$!
until dmesg | grep -q 'blocked for more than'; do sleep 1; done
fsfreeze -u "$mount"; wait $writer; umount "$mount"

#!/usr/bin/env bash
# Starts a Slurm of two nodes, n1 and n2, on this machine: start.sh FOLDER. Needs root, and Debian's slurmctld, slurmd,
# slurm-client and munge; no systemd, no cgroups. Its commands find it by SLURM_CONF=FOLDER/slurm.conf.
set -euo pipefail
folder=$(realpath -m "$1")
host=$(hostname -s)
mkdir -p "$folder/state" "$folder/spool"

# Ports that nobody listens on, so that two of them do not meet.
port=$((20000 + $$ % 10000))
read -r cpus memory < <(slurmd -C | sed -n 's/.* CPUs=\([0-9]*\) .*RealMemory=\([0-9]*\).*/\1 \2/p')

# cred_expire: a requeued job waits so long, 120 s by default.
cat >"$folder/slurm.conf" <<CONF
ClusterName=test
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$port
SlurmUser=root
AuthInfo=socket=$folder/munge.socket,cred_expire=5
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool/%n
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.%n.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd.%n.log
ProctrackType=proctrack/linuxproc
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=sched_interval=2,bf_interval=2,batch_sched_delay=0
ReturnToService=2
NodeName=n1 NodeHostname=$host NodeAddr=127.0.0.1 Port=$((port + 1)) CPUs=$cpus RealMemory=$memory
NodeName=n2 NodeHostname=$host NodeAddr=127.0.0.1 Port=$((port + 2)) CPUs=$cpus RealMemory=$memory
PartitionName=main Nodes=n[1-2] Default=YES
CONF
# Newer versions look for cgroups, which a container has not; older ones know no way around them, and need none.
version=$(slurmd -V | sed 's/[^0-9]*\([0-9]*\).*/\1/')
[ "$version" -lt 23 ] || echo 'CgroupPlugin=disabled' >"$folder/cgroup.conf"

(umask 077 && head -c 1024 /dev/urandom >"$folder/munge.key")
export SLURM_CONF=$folder/slurm.conf
munged --force --key-file="$folder/munge.key" --socket="$folder/munge.socket" --pid-file="$folder/munged.pid" \
  --log-file="$folder/munged.log" --seed-file="$folder/munge.seed"
slurmctld
slurmd -N n1
slurmd -N n2
for _ in $(seq 150); do
  [ "$(sinfo -h -o '%D %t' 2>/dev/null)" != '2 idle' ] || exit 0
  sleep 0.2
done
cat "$folder"/slurm*.log >&2
exit 1

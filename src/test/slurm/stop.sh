#!/usr/bin/env bash
# Ends the jobs and the processes of the Slurm that start.sh FOLDER has started.
set -u
folder=$(realpath "$1")
export SLURM_CONF=$folder/slurm.conf
scancel --user=root --state=RUNNING --state=PENDING 2>/dev/null
for _ in $(seq 50); do
  [ -n "$(squeue -h 2>/dev/null)" ] || break
  sleep 0.2
done
for file in "$folder"/slurmd.*.pid "$folder/slurmctld.pid" "$folder/munged.pid"; do
  [ -f "$file" ] || continue
  pid=$(cat "$file")
  kill "$pid" 2>/dev/null
  for _ in $(seq 100); do
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.1
  done
done
exit 0


# Runs the cells of one task of an array, one after the other. USR1, which Slurm sends before the time limit, and TERM stop them
# in good order: with a checkpoint. After USR1 the task is queued again, unless it makes no steps; after TERM it is not.

task=$(($1 + SLURM_ARRAY_TASK_ID)) # $1: tasks of earlier arrays
me=${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID
restarts=${SLURM_RESTART_COUNT:-0}
stopped="" caught="" child="" failed=0

say() { printf '[%(%F %T)T] %s: %s\n' -1 "$me" "$*"; }

stop() {
  stopped=$1 caught=1
  say "$1"
  [ -z "$child" ] || kill -TERM "$child" 2>/dev/null
}
trap 'stop limit' USR1
trap 'stop ended' TERM

# Sets status to that of the child; a trapped signal ends wait, not the child.
await() {
  caught=""
  wait "$child"
  status=$?
  while [ -n "$caught" ]; do
    caught=""
    wait "$child"
    status=$?
  done
  child=""
}

pause() {
  sleep "$1" &
  child=$!
  await
}

# Writes down why a cell has failed, where its process could not.
fail() {
  mkdir -p "$out/$1"
  printf '{"message" : "%s", "trace" : null, "impossible" : false}\n' "${2//[\"\\]/?}" >"$out/$1/failure.json.part" &&
    mv "$out/$1/failure.json.part" "$out/$1/failure.json"
}

# Prints why a cell's process ended with a status, of which it has told nothing.
reason() {
  if ! type -P "${command[0]}" >/dev/null; then
    printf '%s is no command on %s; the settings prefix, java and setup of slurm: say how Java is started' \
      "${command[0]}" "$SLURMD_NODENAME"
  else
    printf 'its process ended with status %s; the log of job %s tells more' "$1" "$me"
  fi
}

is_over() { [ -f "$out/$1/result.json" ] || [ -f "$out/$1/failure.json" ]; }

run() {
  "${command[@]}" --cell "$1" &
  child=$!
  [ -z "$stopped" ] || kill -TERM "$child" 2>/dev/null # it came before there was a child
  await
  while [ "$status" -eq 75 ] && [ -z "$stopped" ]; do
    say "$1: another process is running it"
    pause 30
    [ -z "$stopped" ] && run "$1"
  done
}

# What would tell whether a step was made: the cell that is next, and the step of its checkpoint.
next=""
find_next() {
  local cell
  next=""
  for cell in "${cells[@]}"; do
    if ! is_over "$cell"; then
      next="$cell $(cat "$out/$cell/checkpoint/LATEST" 2>/dev/null)"
      return
    fi
  done
}

# Queues the task again; gives up after so many times without a new step.
requeue() {
  local tries=0 before="${cells[0]} " record=$frozen/requeued/$task
  [ ! -f "$record" ] || { read -r tries && IFS= read -r before; } <"$record"
  if [ "$next" = "$before" ]; then tries=$((tries + 1)); else tries=0; fi
  if [ "$tries" -gt "$retries" ]; then
    say "gives up: queued again $retries times without a new step"
    fail "${next%% *}" "queued again $retries times without a new step"
    exit 1
  fi
  mkdir -p "$frozen/requeued"
  printf '%s\n%s\n' "$tries" "$next" >"$record"
  say "is queued again"
  scontrol requeue "$me" || return
  [ "$stopped" = ended ] || pause 60 # Slurm ends this script
}

mapfile -t cells < <(sed -n "$((task * cells_per_task + 1)),$(((task + 1) * cells_per_task))p" "$frozen/cells.txt")
say "on $SLURMD_NODENAME, started again $restarts times: ${cells[*]}"
for cell in "${cells[@]}"; do
  [ -z "$stopped" ] || break
  ! is_over "$cell" || continue
  run "$cell"
  [ "$status" -eq 0 ] || failed=$status
  if [ "$status" -ne 0 ] && [ -z "$stopped" ] && ! is_over "$cell"; then
    fail "$cell" "$(reason "$status")"
  fi
done
find_next
if [ "$stopped" = limit ] && [ -n "$next" ]; then
  requeue
fi
exit "$failed"

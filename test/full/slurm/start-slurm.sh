#!/usr/bin/env bash
# Real Slurm on this one machine, all of it in a folder of its own: munge, MariaDB, slurmdbd, slurmctld, slurmd. As root, on Debian (which has the packages).
# Two partitions: what runs in `low` is preempted by what comes to `high`, and goes back into the queue. Nothing of a Slurm that is here already is touched.
#   start-slurm.sh FOLDER         then: export SLURM_CONF=FOLDER/etc/slurm.conf
#   start-slurm.sh FOLDER stop
set -euo pipefail
folder=$1
if [ "${2:-}" = stop ]; then
  for name in slurmd slurmctld slurmdbd db munged; do
    [ -s "$folder/run/$name.pid" ] || continue
    pid=$(cat "$folder/run/$name.pid")
    kill "$pid" 2>/dev/null || continue
    # They write until they have ended.
    for _ in $(seq 100); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
  done
  exit 0
fi
missing=()
for package in slurmctld slurmd slurmdbd slurm-client munge mariadb-server; do
  dpkg -s "$package" >/dev/null 2>&1 || missing+=("$package")
done
if [ "${#missing[@]}" -gt 0 ]; then
  # Debian starts services as it installs them: these are not wanted.
  printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d && chmod +x /usr/sbin/policy-rc.d
  apt-get update -qq || true
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
  rm -f /usr/sbin/policy-rc.d
fi
mkdir -p "$folder"/{etc,state,spool,log,db,run}
chmod 755 "$folder" "$folder/run"
host=$(hostname -s)
cores=$(nproc)
memory=$(awk '/MemTotal/{print int($2/1024*0.8)}' /proc/meminfo)

dd if=/dev/urandom of="$folder/etc/munge.key" bs=1024 count=1 2>/dev/null
chmod 400 "$folder/etc/munge.key"
munged --force --key-file="$folder/etc/munge.key" --socket="$folder/run/munge.sock" --pid-file="$folder/run/munged.pid" \
  --log-file="$folder/log/munged.log" --seed-file="$folder/run/munged.seed"

mariadb-install-db --user=root --datadir="$folder/db" >"$folder/log/install-db.log" 2>&1
mariadbd --no-defaults --user=root --datadir="$folder/db" --socket="$folder/run/db.sock" --port=26820 --bind-address=127.0.0.1 \
  --innodb-buffer-pool-size=64M --pid-file="$folder/run/db.pid" >"$folder/log/db.log" 2>&1 &
for _ in $(seq 120); do mariadb-admin --socket="$folder/run/db.sock" ping >/dev/null 2>&1 && break; sleep 0.5; done
mariadb --socket="$folder/run/db.sock" -e "create database slurm_acct_db; create user slurm@127.0.0.1 identified by 'slurm';
  grant all on slurm_acct_db.* to slurm@127.0.0.1;"

cat >"$folder/etc/slurmdbd.conf" <<C
AuthType=auth/munge
AuthInfo=socket=$folder/run/munge.sock
DbdHost=localhost
DbdPort=26819
SlurmUser=root
LogFile=$folder/log/slurmdbd.log
PidFile=$folder/run/slurmdbd.pid
StorageType=accounting_storage/mysql
StorageHost=127.0.0.1
StoragePort=26820
StorageUser=slurm
StoragePass=slurm
C
chmod 600 "$folder/etc/slurmdbd.conf"
cat >"$folder/etc/slurm.conf" <<C
ClusterName=one
SlurmctldHost=$host
SlurmctldPort=26817
SlurmdPort=26818
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=$folder/run/munge.sock
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldLogFile=$folder/log/slurmctld.log
SlurmdLogFile=$folder/log/slurmd.log
SlurmctldPidFile=$folder/run/slurmctld.pid
SlurmdPidFile=$folder/run/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
KillWait=10
MpiDefault=none
ReturnToService=2
AccountingStorageType=accounting_storage/slurmdbd
AccountingStorageHost=localhost
AccountingStoragePort=26819
AccountingStoragePass=$folder/run/munge.sock
JobAcctGatherType=jobacct_gather/linux
NodeName=$host CPUs=$cores RealMemory=$memory State=UNKNOWN
PartitionName=low Nodes=$host Default=YES MaxTime=INFINITE State=UP PriorityTier=1 PreemptMode=REQUEUE
PartitionName=high Nodes=$host MaxTime=INFINITE State=UP PriorityTier=10 PreemptMode=OFF
C
export SLURM_CONF="$folder/etc/slurm.conf"
slurmdbd
for _ in $(seq 60); do sacctmgr -n show cluster >/dev/null 2>&1 && break; sleep 0.5; done
sacctmgr -i add cluster one >/dev/null 2>&1 || true
slurmctld
slurmd
for _ in $(seq 120); do sinfo -h -o %t 2>/dev/null | grep -q idle && break; sleep 0.5; done
sinfo

-- The timers that are due. They stay in the set until their jobs are ready in Postgres.
--
-- KEYS[1]  the timer set
-- ARGV[1]  most timers wanted
-- returns  milliseconds until the next one that is not due yet, -1 when there is none, then ids
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, ARGV[1])
local upcoming = redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. now, '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
table.insert(due, 1, upcoming[2] and math.max(0, upcoming[2] - now) or -1)
return due

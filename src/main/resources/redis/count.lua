-- Makes the slots of a limit agree with the jobs that run.
--
-- KEYS[1]  the hash of counted limits; KEYS[2] the sorted set of those who hold slots
-- ARGV[1]  the limit's name; ARGV[2] for how many milliseconds a slot may be held by a job that does not
--          run yet; ARGV[3..] what the entries of those that run hold it by
-- returns  how many slots were taken away, how many were given
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then
  redis.call('DEL', KEYS[2])
end
local running, taken, given = {}, 0, 0
for i = 3, #ARGV do
  running[ARGV[i]] = true
  given = given + redis.call('ZADD', KEYS[2], 'NX', now, ARGV[i])
end
for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now - tonumber(ARGV[2]))) do
  if not running[id] then
    taken = taken + redis.call('ZREM', KEYS[2], id)
  end
end
redis.call('HSET', KEYS[1], ARGV[1], string.format('%.0f', now))
return { taken, given }

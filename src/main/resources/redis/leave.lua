-- Gives slots back, and calls whoever waits for them.
--
-- KEYS[1]  the admitted stream; KEYS[2] how many wait in each list; KEYS[3] the hash of counted limits
-- KEYS[4..] a sorted set of those who hold slots and a list of those who wait, per limit
-- ARGV[1]  the number of limits; then per limit: its letter, its name, how many slots it has, the number
--          of entries that leave, what each is held by
-- returns  how many were called
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local at, called = 2, 0
for i = 1, tonumber(ARGV[1]) do
  local letter, name, most = ARGV[at], ARGV[at + 1], tonumber(ARGV[at + 2])
  local leaving = tonumber(ARGV[at + 3])
  local key, list = KEYS[2 + 2 * i], KEYS[3 + 2 * i]
  for j = 1, leaving do
    redis.call('ZREM', key, ARGV[at + 3 + j])
  end
  at = at + 4 + leaving
  local free = 0
  if redis.call('HEXISTS', KEYS[3], name) == 1 then
    free = most - redis.call('ZCARD', key)
  end
  while free > 0 do
    local value = redis.call('LPOP', list)
    if not value then
      break
    end
    if redis.call('HINCRBY', KEYS[2], name, -1) <= 0 then
      redis.call('HDEL', KEYS[2], name)
    end
    redis.call('ZADD', key, now, string.match(value, '^%S+ %S+') or value)
    redis.call('XADD', KEYS[1], '*', 'j',
      value .. (string.find(value, '\t', 1, true) and '' or '\t') .. letter)
    free = free - 1
    called = called + 1
  end
end
return called

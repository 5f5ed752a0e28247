-- Settles with buckets what did not go as it was admitted.
--
-- What started late may be spared: had it been paid for when it started, the bucket would not have run
-- over meanwhile, if it was less than half full before, and half of it takes what came in.
--
-- KEYS[i]  a bucket, as admit.lua keeps it; one that is missing has lost what it is about, and begins anew
-- ARGV     per bucket: its capacity; how many millionths of a token it gets, or loses below zero; for how
--          many milliseconds it must have been less than half full to be spared, or 0 if it never is
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
for i = 1, #KEYS do
  local capacity, amount, low = tonumber(ARGV[3 * i - 2]), tonumber(ARGV[3 * i - 1]), tonumber(ARGV[3 * i])
  local known = redis.call('HMGET', KEYS[i], 'tokens', 'real', 'high')
  local spared = low > 0 and known[3] and now - tonumber(known[3]) > low
  if known[1] and known[2] and not spared then
    -- what has come in since they were counted fills up to the same capacity, now or later
    redis.call('HSET', KEYS[i],
      'tokens', string.format('%.0f', math.min(capacity, tonumber(known[1]) + amount)),
      'real', string.format('%.0f', math.min(capacity, tonumber(known[2]) + amount)))
  end
end
return #KEYS

-- Settles with buckets what did not go as it was admitted.
--
-- KEYS[i]  a bucket, as admit.lua keeps it; one that is missing has lost what it is about, and begins anew
-- ARGV     per bucket: its capacity, and how many millionths of a token it gets, or loses below zero
for i = 1, #KEYS do
  local capacity, amount = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
  local known = redis.call('HMGET', KEYS[i], 'tokens', 'real')
  if known[1] and known[2] then
    -- what has come in since they were counted fills up to the same capacity, now or later
    redis.call('HSET', KEYS[i],
      'tokens', string.format('%.0f', math.min(capacity, tonumber(known[1]) + amount)),
      'real', string.format('%.0f', math.min(capacity, tonumber(known[2]) + amount)))
  end
end
return #KEYS

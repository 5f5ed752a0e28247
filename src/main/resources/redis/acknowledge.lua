-- Forgets entries of one stream whose jobs executors have claimed or nobody needs. An entry whose
-- jobs are acknowledged in parts goes with the last of them.
--
-- KEYS[1]  the stream; KEYS[2] the flow hash, whose field done:N counts jobs; KEYS[3] the parts hash
-- ARGV[1]  the consumer group; ARGV[2] the number of the stream
-- ARGV[3..] per entry: its id, how many jobs it holds, how many of them are acknowledged now
-- returns  how many entries were deleted
local deleted, done = 0, 0
for i = 3, #ARGV, 3 do
  local id, of, now = ARGV[i], tonumber(ARGV[i + 1]), tonumber(ARGV[i + 2])
  if now < of then
    local part = ARGV[2] .. ':' .. id
    now = redis.call('HINCRBY', KEYS[3], part, now)
    if now >= of then
      redis.call('HDEL', KEYS[3], part)
    end
  end
  if now >= of then
    redis.call('XACK', KEYS[1], ARGV[1], id)
    if redis.call('XDEL', KEYS[1], id) == 1 then
      deleted = deleted + 1
      done = done + of
    end
  end
end
if done > 0 then
  redis.call('HINCRBY', KEYS[2], 'done:' .. ARGV[2], done)
end
return deleted

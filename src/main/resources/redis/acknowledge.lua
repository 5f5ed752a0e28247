-- Forgets entries of one stream that an executor has claimed or that nobody needs.
--
-- KEYS[1]  the stream; KEYS[2] the flow hash, whose field done:N counts them
-- ARGV[1]  the consumer group; ARGV[2] the number of the stream; ARGV[3..] ids
-- returns  how many were deleted
local ids = {}
for i = 3, #ARGV do
  ids[#ids + 1] = ARGV[i]
end
redis.call('XACK', KEYS[1], ARGV[1], unpack(ids))
local deleted = redis.call('XDEL', KEYS[1], unpack(ids))
redis.call('HINCRBY', KEYS[2], 'done:' .. ARGV[2], deleted)
return deleted

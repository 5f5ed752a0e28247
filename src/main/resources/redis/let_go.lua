-- Makes entries look as if they had been read a day ago, for others to take them over at once.
--
-- KEYS[1]  the stream
-- ARGV[1]  the consumer group; ARGV[2] who read them; ARGV[3..] their ids
-- returns  how many were still pending
local claim = { 'XCLAIM', KEYS[1], ARGV[1], ARGV[2], '0' }
for i = 3, #ARGV do
  claim[#claim + 1] = ARGV[i]
end
claim[#claim + 1] = 'IDLE'
claim[#claim + 1] = '86400000'
claim[#claim + 1] = 'JUSTID'
return #redis.call(unpack(claim))

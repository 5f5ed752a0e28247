-- How many jobs Redis knows of at this moment.
--
-- KEYS     the streams, then the parked set, then how many wait for slots in each list
-- returns  entries on the streams, read or not, parked ones, and lists in which some wait
local known = redis.call('ZCARD', KEYS[#KEYS - 1]) + redis.call('HLEN', KEYS[#KEYS])
for i = 1, #KEYS - 2 do
  known = known + redis.call('XLEN', KEYS[i])
end
return known

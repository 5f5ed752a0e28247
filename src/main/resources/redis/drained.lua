-- How many jobs Redis knows of at this moment.
--
-- KEYS     the streams, then the parked set
-- returns  entries on the streams, read or not, and parked ones
local known = redis.call('ZCARD', KEYS[#KEYS])
for i = 1, #KEYS - 1 do
  known = known + redis.call('XLEN', KEYS[i])
end
return known

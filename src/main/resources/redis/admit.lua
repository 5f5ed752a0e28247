-- Decides for every entry of a batch when it may start: it gets all that it needs, or nothing.
--
-- Token buckets with reservation. A bucket is a hash {tokens, at, real, high}: millionths of a token, below
-- zero when reserved ahead, the millisecond they were counted at, and millionths that starts have left,
-- never below what comes in ten of them, nor half a token: what was reserved for a moment and comes later,
-- because a dispatcher was slow or has died, must not begin together with what is due now. The last is the
-- millisecond when starts had last left half of the bucket or more, for settle.lua. A bucket that is missing has filled since this
-- server knows of anything, beginning empty. The arithmetic of reservations is that of TokenBucket.java;
-- a property test holds the two together. A rate of 0 refuses everything.
--
-- Slots are a sorted set of the entries that hold one, by the millisecond they got it. One that nobody has
-- counted since the server lost its data, or since there is the limit, gives nothing.
--
-- An entry that lacks a slot waits in that limit's list, behind those that came before. One that lacks
-- tokens reserves those that come last, and waits in the parked set until they are due; then it asks
-- again, and keeps what it has. It never waits while it holds a slot that others could use, unless it
-- was called for that slot. Letters behind its value tell what it holds.
--
-- KEYS[1]  the parked set; KEYS[2] the held hash; KEYS[3] the admitted stream; KEYS[4] when this server's
--          data began; KEYS[5] the hash of counted limits; KEYS[6] how many wait in each list
-- KEYS[7..] a hash per bucket, then a sorted set and a list per limit of slots
-- ARGV[1]  the number of buckets; ARGV[2] of limits of slots; ARGV[3] of groups of entries
-- ARGV[4..] per bucket: its letter, the tenant that is left alone when it refuses or '', millionths of a
--          token a second, capacity, deepest debt
--          per limit of slots: its letter, its name, the slots, the most entries in its list
--          per group: how many tokens in millionths, the number of its buckets, which, the number of its
--          slots, which, the number of its entries; per entry: its value, what it holds already
-- returns  for every entry in order: 0 when it may start now, 1 or more when it waits here, or below
--          zero when it must go: -n for the bucket n, behind them the limits of slots
local STOPPED_FOR = 1000
local LATE = 250
local EARLY = 10
local HALF = 500000
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local began = redis.call('GET', KEYS[4])
if not began then
  began = now
  redis.call('SET', KEYS[4], string.format('%.0f', now))
end
local at = 3
local answer, buckets, slots = {}, {}, {}

local function argument()
  at = at + 1
  return ARGV[at]
end

local function number()
  return tonumber(argument())
end

-- What comes in so many milliseconds, but no more than fits.
local function filled(level, elapsed, b)
  if b.rate == 0 then
    return math.min(b.capacity, level)
  end
  local full = math.ceil((b.capacity - level) * 1000 / b.rate)
  return elapsed >= full and b.capacity or math.min(b.capacity, level + math.floor(elapsed * b.rate / 1000))
end

for i = 1, tonumber(ARGV[1]) do
  local b = { number = i, key = KEYS[6 + i], letter = argument(), tenant = argument(), rate = number(),
    capacity = number(), debt = number(), ahead = 0 }
  local known = redis.call('HMGET', b.key, 'tokens', 'at', 'real', 'high')
  local elapsed = math.max(0, now - tonumber(known[2] or began))
  b.tokens = filled(tonumber(known[1] or 0), elapsed, b)
  b.real = known[3] and filled(tonumber(known[3]), elapsed, b) or math.max(0, b.tokens)
  b.high = (not known[4] or b.real * 2 >= b.capacity) and now or tonumber(known[4])
  b.tokens = math.min(b.tokens, b.real)
  buckets[i] = b
end

for i = 1, tonumber(ARGV[2]) do
  local s = { number = i, key = KEYS[5 + #buckets + 2 * i], list = KEYS[6 + #buckets + 2 * i], letter = argument(),
    name = argument(), most = number(), room = number() }
  s.used = redis.call('ZCARD', s.key)
  s.counted = redis.call('HEXISTS', KEYS[5], s.name) == 1
  s.waiting = redis.call('LLEN', s.list)
  slots[i] = s
end

local function holds(paid, letter)
  return string.find(paid, letter, 1, true) ~= nil
end

-- What costs more than a bucket holds takes all of it.
local function price(group, b)
  return math.min(group.cost, b.capacity)
end

local function give_back(group, holder, paid)
  for _, b in ipairs(group.buckets) do
    if holds(paid, b.letter) then
      b.tokens = math.min(b.capacity, b.tokens + price(group, b))
    end
  end
  for _, s in ipairs(group.slots) do
    if holds(paid, s.letter) and redis.call('ZREM', s.key, holder) == 1 then
      s.used = s.used - 1
    end
  end
end

local function with(value, paid)
  return paid == '' and value or value .. '\t' .. paid
end

local function queue(group, s, value, holder, paid)
  if s.waiting >= s.room then
    give_back(group, holder, paid)
    return -(#buckets + s.number)
  end
  redis.call('RPUSH', s.list, with(value, paid))
  redis.call('HINCRBY', KEYS[6], s.name, 1)
  s.waiting = s.waiting + 1
  return 1
end

local function park(wait, value, paid)
  redis.call('ZADD', KEYS[1], now + wait, with(value, paid))
  return wait
end

-- Tokens that are due in a while are reserved, or it is too long a while.
local function reserve(group, b, wait, value, holder, paid)
  local cost = price(group, b)
  if cost - b.tokens > math.max(b.debt, cost) then
    give_back(group, holder, paid)
    return -b.number
  end
  if redis.call('ZSCORE', KEYS[1], with(value, paid .. b.letter)) then
    -- a second entry of a job that waits already
    return wait
  end
  b.tokens = b.tokens - cost
  return park(wait, value, paid .. b.letter)
end

-- Its tokens are due, and others that were late have begun instead. What comes much too late has lost its
-- place, and gets the next.
local function yield(group, b, wait, value, paid)
  local cost = price(group, b)
  if not holds(paid, b.letter) then
    b.tokens = b.tokens - cost
    paid = paid .. b.letter
  elseif wait > LATE then
    b.tokens = b.tokens - cost
    return park(math.max(wait, math.ceil(-b.tokens * 1000 / b.rate)), value, paid)
  end
  b.ahead = b.ahead + cost
  return park(wait, value, paid)
end

local function begin(group, holder, paid)
  for _, b in ipairs(group.buckets) do
    b.real = b.real - price(group, b)
    if not holds(paid, b.letter) then
      b.tokens = b.tokens - price(group, b)
    end
  end
  for _, s in ipairs(group.slots) do
    if not holds(paid, s.letter) and redis.call('ZADD', s.key, now, holder) == 1 then
      s.used = s.used + 1
    end
  end
  return 0
end

local function longest(group, lacks)
  local worst, wait = nil, 0
  for _, b in ipairs(group.buckets) do
    local missing = lacks(b)
    if missing > 0 and b.rate > 0 and math.ceil(missing * 1000 / b.rate) > wait then
      worst, wait = b, math.ceil(missing * 1000 / b.rate)
    end
  end
  return worst, wait
end

local function decide(group, value, paid)
  local holder = string.match(value, '^%S+ %S+') or value
  for _, b in ipairs(group.buckets) do
    if b.rate == 0 then
      give_back(group, holder, paid)
      return -b.number
    end
  end
  for _, s in ipairs(group.slots) do
    local free = s.counted and s.waiting == 0 and s.used < s.most
    if not holds(paid, s.letter) and not free and not redis.call('ZSCORE', s.key, holder) then
      return queue(group, s, value, holder, paid)
    end
  end
  local b, wait = longest(group, function(one)
    return holds(paid, one.letter) and 0 or price(group, one) - one.tokens
  end)
  if b then
    return reserve(group, b, wait, value, holder, paid)
  end
  b, wait = longest(group, function(one)
    return price(group, one) + one.ahead - one.real - math.min(HALF, one.rate * EARLY / 1000)
  end)
  if b then
    return yield(group, b, wait, value, paid)
  end
  return begin(group, holder, paid)
end

for _ = 1, tonumber(ARGV[3]) do
  local group = { cost = number(), buckets = {}, slots = {} }
  for i = 1, number() do
    group.buckets[i] = buckets[number()]
  end
  for i = 1, number() do
    group.slots[i] = slots[number()]
  end
  for _ = 1, number() do
    local decided = decide(group, argument(), argument())
    answer[#answer + 1] = decided
    local b = buckets[-decided]
    if b then
      b.refused = true
    end
  end
end

-- Slots that were given back go to whoever waits for them.
for _, s in ipairs(slots) do
  while s.counted and s.used < s.most and s.waiting > 0 do
    local value = redis.call('LPOP', s.list)
    local paid = string.find(value, '\t', 1, true) and s.letter or '\t' .. s.letter
    redis.call('ZADD', s.key, now, string.match(value, '^%S+ %S+') or value)
    redis.call('XADD', KEYS[3], '*', 'j', value .. paid)
    s.used = s.used + 1
    s.waiting = s.waiting - 1
    if redis.call('HINCRBY', KEYS[6], s.name, -1) <= 0 then
      redis.call('HDEL', KEYS[6], s.name)
    end
  end
end

for _, b in ipairs(buckets) do
  redis.call('HSET', b.key, 'tokens', string.format('%.0f', b.tokens),
    'at', string.format('%.0f', now), 'real', string.format('%.0f', b.real), 'high', string.format('%.0f', b.high))
  if b.rate > 0 then
    local full = math.ceil((b.capacity - b.tokens) * 1000 / b.rate)
    redis.call('PEXPIRE', b.key, string.format('%.0f', math.min(full, 1e12) + 60000))
  else
    redis.call('PERSIST', b.key)
  end
  if b.refused and b.tenant ~= '' then
    local alone = b.rate == 0 and STOPPED_FOR or math.ceil(-b.tokens * 500 / b.rate)
    redis.call('HSET', KEYS[2], b.tenant, string.format('%.0f', now + alone))
  end
end
return answer

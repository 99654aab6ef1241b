package dev.seawall.ratelimiter.redis;

import io.lettuce.core.codec.Base16;
import java.nio.charset.StandardCharsets;

/**
 * What Redis runs. A script decides alone, at one moment of its server's clock, so decisions need no lock and no second trip.
 *
 * <p>Each limit has one key with a short text. The script reads the keys, goes through the requests in the order in which they
 * came, takes the permits of each request from all limits or from none, and writes back what has changed, to expire when
 * the limit is as good as new. {@link Formula} says what the words of a state mean.
 *
 * <p>A state that is further ahead of the clock than anything that may be promised was written by a clock that was ahead: of a
 * server that failed since. It is cut to "nothing left now".
 *
 * @param text its source
 * @param sha by which Redis knows it
 */
record Script(String text, String sha) {

    /** Reads the states and defines what both scripts do with them. Settings of a limit: kind, n, x, y, z. */
    private static final String STATES = """
            local time = redis.call('TIME')
            local now = time[1] * 1000000 + time[2]
            local horizon = tonumber(ARGV[1])
            local count = #KEYS
            local limits = {}
            local cut = false -- what was read was too far ahead, and must be written

            for i = 1, count do
              local p = 2 + (i - 1) * 5
              local l = {kind = ARGV[p + 1], n = tonumber(ARGV[p + 2]), x = tonumber(ARGV[p + 3]),
                  y = tonumber(ARGV[p + 4]), z = tonumber(ARGV[p + 5]), a = 0, b = 0, c = 0, d = 0}
              local text = redis.call('GET', KEYS[i])
              if text then
                local a, b, c, d = string.match(text, '^(%d+) (%d+) (%d+) (%d+)$')
                if a then
                  l.a, l.b, l.c, l.d = tonumber(a), tonumber(b), tonumber(c), tonumber(d)
                end
              end
              if l.kind == 'w' then
                if l.a > now + horizon then
                  l.a, l.b, cut = now - now % l.x, l.n, true
                end
              elseif l.kind == 's' then
                if l.a > now + horizon or l.d > now + horizon then
                  l.a, l.b, l.c, l.d, cut = now - now % l.x, 0, l.n, now, true
                end
              else
                if l.c ~= l.n then
                  if l.b > 0 then
                    l.a, l.b = l.a + 1, 0
                  end
                  l.c = l.n
                end
                if l.a > now + l.z then
                  l.a, l.b, cut = now + l.x, l.y, true
                end
              end
              limits[i] = l
            end

            local function write(i)
              local l = limits[i]
              local full = l.a + 1
              if l.kind == 'w' then
                full = l.a + l.x
              elseif l.kind == 's' then
                full = l.a + 2 * l.x
              end
              if full <= now then
                redis.call('DEL', KEYS[i])
              else
                redis.call('SET', KEYS[i], string.format('%.0f %.0f %.0f %.0f', l.a, l.b, l.c, l.d),
                    'PX', string.format('%.0f', math.ceil((full - now) / 1000) + 1))
              end
            end
            """;

    private static final String TAKE_REQUESTS = """
            local groups = tonumber(ARGV[2])

            -- the state as it is when permits are used at a time
            local function at(l, t)
              if l.kind == 'w' then
                local w = t - t % l.x
                if l.a < w then
                  return w, 0
                end
                return l.a, l.b
              end
              if l.kind == 's' then
                local from = math.max(t, l.d)
                local w = from - from % l.x
                if l.a == w then
                  return w, l.b, l.c
                end
                if l.a == w - l.x then
                  return w, l.c, 0
                end
                return w, 0, 0
              end
              if l.a >= t or (l.a == t - 1 and l.b > 0) then
                return l.a, l.b
              end
              return t, 0
            end

            local function sunk(l, start, earlier, room, from)
              if earlier <= room then
                return math.max(from, start)
              end
              local q = (room + 1) * l.z - 1
              local tick = l.z - (q - q % earlier) / earlier
              return math.max(from, start + math.min(l.x, tick * l.y))
            end

            -- when permits are due that cost p and q, not before a time
            local function due(l, p, q, t)
              local a, b, c = at(l, t)
              if l.kind == 'w' then
                if b + p > l.n then
                  a = a + l.x
                end
              elseif l.kind == 's' then
                local from = math.max(t, l.d)
                if c + p <= l.n then
                  return sunk(l, a, b, l.n - p - c, from)
                end
                return sunk(l, a + l.x, c, l.n - p, from)
              elseif l.kind == 't' then
                a, b = a + p - l.x, b + q - l.y
                if b < 0 then
                  a, b = a - 1, b + l.n
                end
                if b >= l.n then
                  a, b = a + 1, b - l.n
                end
                if b > 0 then
                  a = a + 1
                end
              elseif b > 0 then
                a = a + 1
              end
              return math.max(t, a)
            end

            -- takes them at a time at which they are due, or, of a bucket, whenever
            local function take(l, p, q, t)
              local a, b, c = at(l, t)
              if l.kind == 'w' then
                l.a, l.b = a, b + p
              elseif l.kind == 's' then
                l.a, l.b, l.c, l.d = a, b, math.min(c + p, 1000000000), math.max(t, l.d)
              else
                a, b = a + p, b + q
                if b >= l.n then
                  a, b = a + 1, b - l.n
                end
                l.a, l.b, l.c = a, b, l.n
              end
            end

            local function charge(l, p, q)
              if l.kind == 'w' then
                local a, b = at(l, now)
                b = b + p
                local more = (b - 1 - (b - 1) % l.n) / l.n
                l.a, l.b = a + more * l.x, b - more * l.n
                if l.a > now + horizon then
                  local last = now + horizon
                  l.a, l.b = last - last % l.x, l.n
                end
              else
                take(l, p, q, now)
                if l.kind ~= 's' and l.a > now + l.z then
                  l.a, l.b = now + l.z, 0
                end
              end
            end

            local out = {now}
            local changed = cut
            local p = 2 + count * 5
            local o = 1
            for g = 1, groups do
              local kind = ARGV[p + 1]
              local times = tonumber(ARGV[p + 2])
              local wait = tonumber(ARGV[p + 3])
              p = p + 3
              local granted, delay = 0, 0
              local cost = {}
              for i = 1, 2 * count do
                cost[i] = tonumber(ARGV[p + i])
              end
              p = p + 2 * count
              if kind == 'C' then
                for i = 1, count do
                  charge(limits[i], cost[2 * i - 1], cost[2 * i])
                end
                changed = true
                granted = times
              else
                for j = 1, times do
                  local t = now
                  local settled = false
                  while not settled do
                    settled = true
                    for i = 1, count do
                      local d = due(limits[i], cost[2 * i - 1], cost[2 * i], t)
                      if d > t then
                        t = d
                        settled = count == 1
                      end
                    end
                  end
                  delay = t - now
                  if delay > wait then
                    break
                  end
                  for i = 1, count do
                    take(limits[i], cost[2 * i - 1], cost[2 * i], t)
                  end
                  changed = true
                  granted = j
                end
              end
              out[o + 1], out[o + 2] = granted, delay
              o = o + 2
              for i = 1, count do
                local l = limits[i]
                if l.kind == 's' then
                  out[o + 1], out[o + 2] = l.d, 0
                else
                  out[o + 1], out[o + 2] = l.a, l.b
                end
                o = o + 2
              end
            end
            for i = 1, count do
              local l = limits[i]
              out[o + 1], out[o + 2], out[o + 3], out[o + 4] = l.a, l.b, l.c, l.d
              o = o + 4
              if changed then
                write(i)
              end
            end
            return out
            """;

    private static final String GIVE_BACK_PERMITS = """
            -- for each limit: what was taken, and where it ended
            local p = 2 + count * 5
            for i = 1, count do
              local l = limits[i]
              local c, d = tonumber(ARGV[p + 1]), tonumber(ARGV[p + 2])
              local a, b = tonumber(ARGV[p + 3]), tonumber(ARGV[p + 4])
              p = p + 4
              local back = false
              if l.kind == 'w' then
                if l.a == a then
                  l.b = math.max(0, l.b - c)
                  back = true
                end
              elseif l.kind == 's' then
                local w = a - a % l.x
                if l.a == w then
                  l.c = math.max(0, l.c - c)
                  back = true
                elseif l.a == w + l.x then
                  l.b = math.max(0, l.b - c)
                  back = true
                end
              elseif l.a == a and l.b == b then
                l.a, l.b = l.a - c, l.b - d
                if l.b < 0 then
                  l.a, l.b = l.a - 1, l.b + l.n
                end
                back = true
              end
              if back then
                write(i)
              end
            end
            return {1}
            """;

    /**
     * What {@link #TAKE} does, for one bucket and equal requests that do not wait: nearly all there are. Half as long for Redis.
     */
    private static final String TAKE_FROM_ONE_BUCKET = """
            local time = redis.call('TIME')
            local now = time[1] * 1000000 + time[2]
            local n, x, y = ARGV[1] + 0, ARGV[2] + 0, ARGV[3] + 0
            local a, b = 0, 0
            local cut = false
            local text = redis.call('GET', KEYS[1])
            if text then
              local p, q, r = string.match(text, '^(%d+) (%d+) (%d+) 0$')
              if p then
                a, b = p + 0, q + 0
                if r + 0 ~= n then
                  if b > 0 then
                    a, b = a + 1, 0
                  end
                end
                if a > now + ARGV[4] then
                  a, b, cut = now + x, y, true
                end
              end
            end
            local times, p, q = ARGV[5] + 0, ARGV[6] + 0, ARGV[7] + 0
            local granted = 0
            while granted < times do
              local c, d = a, b
              if c < now - 1 or (c == now - 1 and d == 0) then
                c, d = now, 0
              end
              c, d = c + p, d + q
              if d >= n then
                c, d = c + 1, d - n
              end
              if c > now + x or (c == now + x and d > y) then
                break
              end
              a, b = c, d
              granted = granted + 1
            end
            if granted > 0 or cut then
              redis.call('SET', KEYS[1], string.format('%.0f %.0f %.0f 0', a, b, n),
                  'PX', math.ceil((a + 1 - now) / 1000) + 1)
            end
            return {now, granted, 0, a, b, a, b, n, 0}
            """;

    /** Takes permits for any number of requests. */
    static final Script TAKE = of(STATES + TAKE_REQUESTS);

    /** Takes permits of one bucket for equal requests that do not wait. Answers as {@link #TAKE} does. */
    static final Script TAKE_ONE = of(TAKE_FROM_ONE_BUCKET);

    /** Takes back permits that nobody used, if nobody was given any after them. */
    static final Script GIVE_BACK = of(STATES + GIVE_BACK_PERMITS);

    private static Script of(String text) {
        return new Script(text, Base16.digest(text.getBytes(StandardCharsets.UTF_8)));
    }
}

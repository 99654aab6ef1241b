package dev.seawall.idempotency.redis;

import io.lettuce.core.codec.Base16;
import java.nio.charset.StandardCharsets;

/**
 * What Redis runs: one script for each operation, on one key, at one moment of its server's clock.
 *
 * <p>A record is a hash: {@code f} the fingerprint, {@code t} the token of its holder or of who completed it, {@code u} until when its
 * claim lasts in microseconds, {@code a} the answer, {@code p:name} the result of a phase. Its end is that of its key. Each script
 * first writes what may be refused for want of memory, and only then deletes: a script that fails leaves the record as it was.
 *
 * @param text its source
 * @param sha by which Redis knows it
 */
record Script(String text, String sha) {

    private static final String NOW = """
            local time = redis.call('TIME')
            local now = time[1] * 1000000 + time[2]
            """;

    /** Leaves a caller that is not the holder of the claim. */
    private static final String HOLDER_ONLY = """
            local r = redis.call('HMGET', KEYS[1], 't', 'a')
            if r[1] ~= ARGV[1] or r[2] then
              return {0}
            end
            """;

    /** Fingerprint, token, claim in microseconds, record in milliseconds: state of the record, and what goes with it. */
    static final Script CLAIM = of(NOW + """
            local r = redis.call('HMGET', KEYS[1], 'f', 't', 'u', 'a')
            if r[1] and r[1] ~= ARGV[1] then
              return {'mismatched'}
            end
            if r[4] then
              return {'completed', r[4]}
            end
            local answer = {'granted'}
            if r[2] and r[2] ~= ARGV[2] then
              local left = tonumber(r[3]) - now
              if left > 0 then
                return {'held', left}
              end
              answer[1] = 'takenOver'
            end
            redis.call('HSET', KEYS[1], 'f', ARGV[1], 't', ARGV[2], 'u', string.format('%.0f', now + ARGV[3]))
            redis.call('PEXPIRE', KEYS[1], ARGV[4])
            if r[1] then
              local fields = redis.call('HGETALL', KEYS[1])
              for i = 1, #fields, 2 do
                if string.sub(fields[i], 1, 2) == 'p:' then
                  answer[#answer + 1] = string.sub(fields[i], 3)
                  answer[#answer + 1] = fields[i + 1]
                end
              end
            end
            return answer
            """);

    /** Token, claim in microseconds, claim in milliseconds. */
    static final Script EXTEND = of(HOLDER_ONLY + NOW + """
            redis.call('HSET', KEYS[1], 'u', string.format('%.0f', now + ARGV[2]))
            if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[3]) then
              redis.call('PEXPIRE', KEYS[1], ARGV[3])
            end
            return {1}
            """);

    /** Token, name of the phase, result. */
    static final Script SAVE = of(HOLDER_ONLY + """
            redis.call('HSET', KEYS[1], 'p:' .. ARGV[2], ARGV[3])
            return {1}
            """);

    /** Token, answer, record in milliseconds. */
    static final Script COMPLETE = of("""
            local r = redis.call('HMGET', KEYS[1], 't', 'a')
            if r[1] ~= ARGV[1] then
              return {0}
            end
            if not r[2] then
              redis.call('HSET', KEYS[1], 'a', ARGV[2])
              redis.call('PEXPIRE', KEYS[1], ARGV[3])
              for _, field in ipairs(redis.call('HKEYS', KEYS[1])) do
                if field == 'u' or string.sub(field, 1, 2) == 'p:' then
                  redis.call('HDEL', KEYS[1], field)
                end
              end
            end
            return {1}
            """);

    /** Token. A record that holds more than fingerprint, token and time has results of phases. */
    static final Script RELEASE = of(HOLDER_ONLY + """
            if redis.call('HLEN', KEYS[1]) > 3 then
              redis.call('HDEL', KEYS[1], 't', 'u')
            else
              redis.call('DEL', KEYS[1])
            end
            return {1}
            """);

    private static Script of(String text) {
        return new Script(text, Base16.digest(text.getBytes(StandardCharsets.UTF_8)));
    }
}

namespace Landfall.Local.BigQuery.Sql;

/// <summary>What GoogleSQL has and Postgres lacks, or does otherwise, as functions, aggregates and operators of the schema <c>bigquery</c>.</summary>
internal static class SqlSchema
{
    /// <summary>In which operators like <c>/</c> are BigQuery's: for every session that runs, or makes a view of, what was translated.</summary>
    public const string SearchPath = "bigquery, pg_catalog";

    /// <summary>
    /// May run again and again. A function whose body is a RETURN is bound when it is made, whatever the search path of its caller. BQ001 carries BigQuery's words, BQ002 what is not
    /// supported here.
    /// </summary>
    public const string Sql = """
        CREATE SCHEMA IF NOT EXISTS bigquery;

        CREATE OR REPLACE FUNCTION bigquery.raise(message text) RETURNS boolean LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION USING ERRCODE = 'BQ001', MESSAGE = coalesce(message, 'NULL'); END $$;
        CREATE OR REPLACE FUNCTION bigquery.error(message text) RETURNS bigint LANGUAGE sql AS 'SELECT NULL::bigint WHERE bigquery.raise(message)';
        CREATE OR REPLACE FUNCTION bigquery.unsupported(what text) RETURNS text LANGUAGE plpgsql AS
            $$ BEGIN RAISE EXCEPTION USING ERRCODE = 'BQ002', MESSAGE = what; END $$;
        CREATE OR REPLACE FUNCTION bigquery.bad(type text, x text) RETURNS text LANGUAGE plpgsql STABLE AS
            $$ BEGIN RAISE EXCEPTION USING ERRCODE = '22P02', MESSAGE = format('invalid input syntax for type %s: "%s"', type, x); END $$;

        -- The engine says what time it is.
        CREATE OR REPLACE FUNCTION bigquery.now() RETURNS timestamptz LANGUAGE sql STABLE
            RETURN coalesce(nullif(current_setting('bigquery.now', true), '')::timestamptz, pg_catalog.now());
        CREATE OR REPLACE FUNCTION bigquery.today(zone text DEFAULT 'UTC') RETURNS date LANGUAGE sql STABLE RETURN (bigquery.now() AT TIME ZONE zone)::date;
        CREATE OR REPLACE FUNCTION bigquery.wall_clock(zone text DEFAULT 'UTC') RETURNS timestamp LANGUAGE sql STABLE RETURN bigquery.now() AT TIME ZONE zone;

        CREATE OR REPLACE FUNCTION bigquery.to_int64(x bigint) RETURNS bigint LANGUAGE sql IMMUTABLE RETURN x;
        CREATE OR REPLACE FUNCTION bigquery.to_int64(x text) RETURNS bigint LANGUAGE sql IMMUTABLE RETURN x::bigint;
        CREATE OR REPLACE FUNCTION bigquery.to_int64(x numeric) RETURNS bigint LANGUAGE sql IMMUTABLE RETURN x::bigint;
        CREATE OR REPLACE FUNCTION bigquery.to_int64(x double precision) RETURNS bigint LANGUAGE sql IMMUTABLE RETURN trunc(x + sign(x) * 0.5)::bigint;
        CREATE OR REPLACE FUNCTION bigquery.to_int64(x boolean) RETURNS bigint LANGUAGE sql IMMUTABLE RETURN x::integer::bigint;
        CREATE OR REPLACE FUNCTION bigquery.to_float64(x double precision) RETURNS double precision LANGUAGE sql IMMUTABLE RETURN x;
        CREATE OR REPLACE FUNCTION bigquery.to_float64(x text) RETURNS double precision LANGUAGE sql IMMUTABLE RETURN x::double precision;
        CREATE OR REPLACE FUNCTION bigquery.to_numeric(x numeric, p integer, s integer) RETURNS numeric LANGUAGE plpgsql IMMUTABLE STRICT AS $$
            DECLARE rounded numeric := trim_scale(round(x, s));
            BEGIN
                IF x IN ('NaN', 'Infinity', '-Infinity') THEN RAISE EXCEPTION USING ERRCODE = '22P02', MESSAGE = format('invalid input syntax for type numeric: "%s"', x); END IF;
                IF abs(rounded) >= 10::numeric ^ (p - s) THEN RAISE EXCEPTION USING ERRCODE = '22003', MESSAGE = 'numeric out of range'; END IF;
                RETURN rounded;
            END $$;
        CREATE OR REPLACE FUNCTION bigquery.to_numeric(x text, p integer, s integer) RETURNS numeric LANGUAGE sql IMMUTABLE RETURN bigquery.to_numeric(x::numeric, p, s);
        CREATE OR REPLACE FUNCTION bigquery.to_numeric(x text) RETURNS numeric LANGUAGE sql IMMUTABLE RETURN bigquery.to_numeric(x::numeric, 38, 9);
        CREATE OR REPLACE FUNCTION bigquery.to_numeric(x numeric) RETURNS numeric LANGUAGE sql IMMUTABLE RETURN bigquery.to_numeric(x, 38, 9);
        CREATE OR REPLACE FUNCTION bigquery.to_numeric(x bigint) RETURNS numeric LANGUAGE sql IMMUTABLE RETURN x::numeric;
        CREATE OR REPLACE FUNCTION bigquery.to_numeric(x double precision) RETURNS numeric LANGUAGE sql IMMUTABLE RETURN bigquery.to_numeric(x::text::numeric, 38, 9);
        CREATE OR REPLACE FUNCTION bigquery.to_numeric(x double precision, p integer, s integer) RETURNS numeric LANGUAGE sql IMMUTABLE RETURN bigquery.to_numeric(x::text::numeric, p, s);
        CREATE OR REPLACE FUNCTION bigquery.to_numeric(x bigint, p integer, s integer) RETURNS numeric LANGUAGE sql IMMUTABLE RETURN bigquery.to_numeric(x::numeric, p, s);
        CREATE OR REPLACE FUNCTION bigquery.to_bignumeric(x text, p integer DEFAULT 76, s integer DEFAULT 38) RETURNS numeric LANGUAGE sql IMMUTABLE RETURN bigquery.to_numeric(x::numeric, p, s);
        CREATE OR REPLACE FUNCTION bigquery.to_bignumeric(x numeric, p integer DEFAULT 76, s integer DEFAULT 38) RETURNS numeric LANGUAGE sql IMMUTABLE RETURN bigquery.to_numeric(x, p, s);
        CREATE OR REPLACE FUNCTION bigquery.to_bignumeric(x bigint, p integer DEFAULT 76, s integer DEFAULT 38) RETURNS numeric LANGUAGE sql IMMUTABLE RETURN bigquery.to_numeric(x::numeric, p, s);
        CREATE OR REPLACE FUNCTION bigquery.to_bignumeric(x double precision, p integer DEFAULT 76, s integer DEFAULT 38) RETURNS numeric LANGUAGE sql IMMUTABLE
            RETURN bigquery.to_numeric(x::text::numeric, p, s);
        CREATE OR REPLACE FUNCTION bigquery.to_bool(x boolean) RETURNS boolean LANGUAGE sql IMMUTABLE RETURN x;
        CREATE OR REPLACE FUNCTION bigquery.to_bool(x bigint) RETURNS boolean LANGUAGE sql IMMUTABLE RETURN x <> 0;
        CREATE OR REPLACE FUNCTION bigquery.to_bool(x text) RETURNS boolean LANGUAGE sql STABLE
            RETURN CASE pg_catalog.lower(x) WHEN 'true' THEN true WHEN 'false' THEN false ELSE CASE WHEN x IS NOT NULL THEN bigquery.bad('boolean', x)::boolean END END;
        CREATE OR REPLACE FUNCTION bigquery.to_string(x text) RETURNS text LANGUAGE sql IMMUTABLE RETURN x;
        CREATE OR REPLACE FUNCTION bigquery.to_string(x bigint) RETURNS text LANGUAGE sql IMMUTABLE RETURN x::text;
        CREATE OR REPLACE FUNCTION bigquery.to_string(x int) RETURNS text LANGUAGE sql IMMUTABLE RETURN x::text;
        CREATE OR REPLACE FUNCTION bigquery.to_string(x double precision) RETURNS text LANGUAGE sql IMMUTABLE RETURN x::text;
        CREATE OR REPLACE FUNCTION bigquery.to_string(x numeric) RETURNS text LANGUAGE sql IMMUTABLE RETURN trim_scale(x)::text;
        CREATE OR REPLACE FUNCTION bigquery.to_string(x bytea) RETURNS text LANGUAGE sql IMMUTABLE RETURN convert_from(x, 'UTF8');
        CREATE OR REPLACE FUNCTION bigquery.to_string(x anyelement) RETURNS text LANGUAGE sql STABLE AS 'SELECT x::text';
        CREATE OR REPLACE FUNCTION bigquery.to_bytes(x text) RETURNS bytea LANGUAGE sql IMMUTABLE RETURN convert_to(x, 'UTF8');
        CREATE OR REPLACE FUNCTION bigquery.to_bytes(x bytea) RETURNS bytea LANGUAGE sql IMMUTABLE RETURN x;
        CREATE OR REPLACE FUNCTION bigquery.to_date(x text) RETURNS date LANGUAGE sql STABLE
            RETURN CASE WHEN x IS NULL OR x ~ '^\d{4}-\d{1,2}-\d{1,2}$' THEN x::date ELSE bigquery.bad('date', x)::date END;
        CREATE OR REPLACE FUNCTION bigquery.to_date(x date) RETURNS date LANGUAGE sql IMMUTABLE RETURN x;
        CREATE OR REPLACE FUNCTION bigquery.to_date(x timestamp) RETURNS date LANGUAGE sql IMMUTABLE RETURN x::date;
        CREATE OR REPLACE FUNCTION bigquery.to_date(x timestamptz, zone text DEFAULT 'UTC') RETURNS date LANGUAGE sql STABLE RETURN (x AT TIME ZONE zone)::date;
        CREATE OR REPLACE FUNCTION bigquery.to_date(y bigint, m bigint, d bigint) RETURNS date LANGUAGE sql IMMUTABLE RETURN make_date(y::integer, m::integer, d::integer);
        CREATE OR REPLACE FUNCTION bigquery.to_timestamp(x text) RETURNS timestamptz LANGUAGE sql STABLE
            RETURN CASE WHEN x IS NULL OR x ~ '^\d{4}-\d{1,2}-\d{1,2}' THEN x::timestamptz ELSE bigquery.bad('timestamp', x)::timestamptz END;
        CREATE OR REPLACE FUNCTION bigquery.to_timestamp(x timestamptz) RETURNS timestamptz LANGUAGE sql IMMUTABLE RETURN x;
        CREATE OR REPLACE FUNCTION bigquery.to_timestamp(x timestamp, zone text DEFAULT 'UTC') RETURNS timestamptz LANGUAGE sql STABLE RETURN x AT TIME ZONE zone;
        CREATE OR REPLACE FUNCTION bigquery.to_timestamp(x date, zone text DEFAULT 'UTC') RETURNS timestamptz LANGUAGE sql STABLE RETURN x::timestamp AT TIME ZONE zone;
        CREATE OR REPLACE FUNCTION bigquery.to_datetime(x text) RETURNS timestamp LANGUAGE sql STABLE
            RETURN CASE WHEN x IS NULL OR x ~ '^\d{4}-\d{1,2}-\d{1,2}' THEN x::timestamp ELSE bigquery.bad('datetime', x)::timestamp END;
        CREATE OR REPLACE FUNCTION bigquery.to_datetime(x timestamp) RETURNS timestamp LANGUAGE sql IMMUTABLE RETURN x;
        CREATE OR REPLACE FUNCTION bigquery.to_datetime(x date) RETURNS timestamp LANGUAGE sql IMMUTABLE RETURN x::timestamp;
        CREATE OR REPLACE FUNCTION bigquery.to_datetime(x timestamptz, zone text DEFAULT 'UTC') RETURNS timestamp LANGUAGE sql STABLE RETURN x AT TIME ZONE zone;
        CREATE OR REPLACE FUNCTION bigquery.to_time(x text) RETURNS time LANGUAGE sql STABLE
            RETURN CASE WHEN x IS NULL OR x ~ '^\d{1,2}:\d{1,2}:\d{1,2}(\.\d{1,6})?$' THEN x::time ELSE bigquery.bad('time', x)::time END;
        CREATE OR REPLACE FUNCTION bigquery.to_time(x time) RETURNS time LANGUAGE sql IMMUTABLE RETURN x;
        CREATE OR REPLACE FUNCTION bigquery.to_time(x timestamp) RETURNS time LANGUAGE sql IMMUTABLE RETURN x::time;
        CREATE OR REPLACE FUNCTION bigquery.to_time(x timestamptz) RETURNS time LANGUAGE sql STABLE RETURN (x AT TIME ZONE 'UTC')::time;

        DO $do$
        DECLARE cast_to text[];
        BEGIN
            FOREACH cast_to SLICE 1 IN ARRAY ARRAY[['int64', 'bigint'], ['float64', 'double precision'], ['numeric', 'numeric'], ['bignumeric', 'numeric'], ['bool', 'boolean'], ['string', 'text'],
                ['bytes', 'bytea'], ['date', 'date'], ['timestamp', 'timestamptz'], ['datetime', 'timestamp'], ['time', 'time']]
            LOOP
                EXECUTE replace(replace($f$
                    CREATE OR REPLACE FUNCTION bigquery.safe_NAME(x anyelement) RETURNS TYPE LANGUAGE plpgsql STABLE AS
                        $$ BEGIN RETURN bigquery.to_NAME(x); EXCEPTION WHEN data_exception THEN RETURN NULL; END $$;
                    CREATE OR REPLACE FUNCTION bigquery.safe_NAME(x text) RETURNS TYPE LANGUAGE plpgsql STABLE AS
                        $$ BEGIN RETURN bigquery.to_NAME(x); EXCEPTION WHEN data_exception THEN RETURN NULL; END $$;
                    $f$, 'NAME', cast_to[1]), 'TYPE', cast_to[2]);
                CONTINUE WHEN cast_to[2] <> 'numeric';
                EXECUTE replace($f$
                    CREATE OR REPLACE FUNCTION bigquery.safe_NAME(x anyelement, p integer, s integer) RETURNS numeric LANGUAGE plpgsql STABLE AS
                        $$ BEGIN RETURN bigquery.to_NAME(x, p, s); EXCEPTION WHEN data_exception THEN RETURN NULL; END $$;
                    CREATE OR REPLACE FUNCTION bigquery.safe_NAME(x text, p integer, s integer) RETURNS numeric LANGUAGE plpgsql STABLE AS
                        $$ BEGIN RETURN bigquery.to_NAME(x, p, s); EXCEPTION WHEN data_exception THEN RETURN NULL; END $$;
                    $f$, 'NAME', cast_to[1]);
            END LOOP;
        END $do$;

        CREATE OR REPLACE FUNCTION bigquery.safe_divide(a double precision, b double precision) RETURNS double precision LANGUAGE sql IMMUTABLE RETURN a OPERATOR(pg_catalog./) nullif(b, 0);
        CREATE OR REPLACE FUNCTION bigquery.safe_divide(a numeric, b numeric) RETURNS numeric LANGUAGE sql IMMUTABLE RETURN a OPERATOR(pg_catalog./) nullif(b, 0);
        CREATE OR REPLACE FUNCTION bigquery.safe_divide(a bigint, b bigint) RETURNS double precision LANGUAGE sql IMMUTABLE
            RETURN a::double precision OPERATOR(pg_catalog./) nullif(b, 0)::double precision;
        CREATE OR REPLACE FUNCTION bigquery.div(a bigint, b bigint) RETURNS bigint LANGUAGE sql IMMUTABLE RETURN a OPERATOR(pg_catalog./) b;
        CREATE OR REPLACE FUNCTION bigquery.div(a numeric, b numeric) RETURNS numeric LANGUAGE sql IMMUTABLE RETURN pg_catalog.div(a, b);
        CREATE OR REPLACE FUNCTION bigquery.round(x double precision) RETURNS double precision LANGUAGE sql IMMUTABLE RETURN trunc(x + sign(x) * 0.5);
        CREATE OR REPLACE FUNCTION bigquery.round(x bigint) RETURNS double precision LANGUAGE sql IMMUTABLE RETURN x::double precision;
        CREATE OR REPLACE FUNCTION bigquery.round(x double precision, n bigint) RETURNS double precision LANGUAGE sql IMMUTABLE
            RETURN CASE WHEN x IN ('NaN', 'Infinity', '-Infinity') THEN x ELSE pg_catalog.round(x::text::numeric, n::integer)::double precision END;
        CREATE OR REPLACE FUNCTION bigquery.round(x numeric, n bigint) RETURNS numeric LANGUAGE sql IMMUTABLE RETURN pg_catalog.round(x, n::integer);
        CREATE OR REPLACE FUNCTION bigquery.trunc(x double precision, n bigint) RETURNS double precision LANGUAGE sql IMMUTABLE RETURN pg_catalog.trunc(x::text::numeric, n::integer)::double precision;
        CREATE OR REPLACE FUNCTION bigquery.trunc(x numeric, n bigint) RETURNS numeric LANGUAGE sql IMMUTABLE RETURN pg_catalog.trunc(x, n::integer);

        CREATE OR REPLACE FUNCTION bigquery.divide(a bigint, b bigint) RETURNS double precision LANGUAGE sql IMMUTABLE RETURN a::double precision OPERATOR(pg_catalog./) b::double precision;
        CREATE OR REPLACE FUNCTION bigquery.later(d date, n bigint) RETURNS date LANGUAGE sql IMMUTABLE RETURN d + n::integer;
        CREATE OR REPLACE FUNCTION bigquery.earlier(d date, n bigint) RETURNS date LANGUAGE sql IMMUTABLE RETURN d - n::integer;
        DO $do$
        BEGIN
            IF NOT EXISTS (SELECT FROM pg_operator WHERE oprnamespace = 'bigquery'::regnamespace) THEN
                CREATE OPERATOR bigquery./ (FUNCTION = bigquery.divide, LEFTARG = bigint, RIGHTARG = bigint);
                CREATE OPERATOR bigquery.+ (FUNCTION = bigquery.later, LEFTARG = date, RIGHTARG = bigint);
                CREATE OPERATOR bigquery.- (FUNCTION = bigquery.earlier, LEFTARG = date, RIGHTARG = bigint);
            END IF;
        END $do$;

        CREATE OR REPLACE AGGREGATE bigquery.sum(bigint) (SFUNC = int8pl, STYPE = bigint, COMBINEFUNC = int8pl, PARALLEL = SAFE);
        CREATE OR REPLACE FUNCTION bigquery.add_to_mean(sum_count double precision[], x bigint) RETURNS double precision[] LANGUAGE sql IMMUTABLE STRICT
            RETURN ARRAY[sum_count[1] + x, sum_count[2] + 1];
        CREATE OR REPLACE FUNCTION bigquery.mean(sum_count double precision[]) RETURNS double precision LANGUAGE sql IMMUTABLE
            RETURN sum_count[1] OPERATOR(pg_catalog./) nullif(sum_count[2], 0);
        CREATE OR REPLACE AGGREGATE bigquery.avg(bigint) (SFUNC = bigquery.add_to_mean, STYPE = double precision[], FINALFUNC = bigquery.mean, INITCOND = '{0,0}');
        CREATE OR REPLACE FUNCTION bigquery.first_of(a anyelement, b anyelement) RETURNS anyelement LANGUAGE sql IMMUTABLE STRICT AS 'SELECT a';
        CREATE OR REPLACE AGGREGATE bigquery.any_value(anyelement) (SFUNC = bigquery.first_of, STYPE = anyelement);

        -- A column's collation is C, where only ASCII has cases; the database's knows the rest.
        CREATE OR REPLACE FUNCTION bigquery.lower(x text) RETURNS text LANGUAGE sql IMMUTABLE RETURN pg_catalog.lower(x COLLATE "default");
        CREATE OR REPLACE FUNCTION bigquery.upper(x text) RETURNS text LANGUAGE sql IMMUTABLE RETURN pg_catalog.upper(x COLLATE "default");
        CREATE OR REPLACE FUNCTION bigquery.length(x text) RETURNS bigint LANGUAGE sql IMMUTABLE RETURN pg_catalog.length(x);
        CREATE OR REPLACE FUNCTION bigquery.length(x bytea) RETURNS bigint LANGUAGE sql IMMUTABLE RETURN pg_catalog.length(x);
        CREATE OR REPLACE FUNCTION bigquery.byte_length(x text) RETURNS bigint LANGUAGE sql IMMUTABLE RETURN octet_length(x);
        CREATE OR REPLACE FUNCTION bigquery.byte_length(x bytea) RETURNS bigint LANGUAGE sql IMMUTABLE RETURN octet_length(x);
        CREATE OR REPLACE FUNCTION bigquery.strpos(x text, y text) RETURNS bigint LANGUAGE sql IMMUTABLE RETURN pg_catalog.strpos(x, y);
        CREATE OR REPLACE FUNCTION bigquery.ends_with(x text, y text) RETURNS boolean LANGUAGE sql IMMUTABLE RETURN pg_catalog.right(x, pg_catalog.length(y)) = y;
        CREATE OR REPLACE FUNCTION bigquery.contains_substr(x text, y text) RETURNS boolean LANGUAGE sql IMMUTABLE RETURN pg_catalog.strpos(bigquery.lower(x), bigquery.lower(y)) > 0;
        CREATE OR REPLACE FUNCTION bigquery.substr(x text, at bigint, n bigint DEFAULT 2147483647) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT AS $$
            DECLARE first bigint := CASE WHEN at > 0 THEN at WHEN at < 0 THEN greatest(pg_catalog.length(x) + at + 1, 1) ELSE 1 END;
            BEGIN
                IF n < 0 THEN PERFORM bigquery.raise('Third argument in SUBSTR() cannot be negative'); END IF;
                RETURN pg_catalog.substr(x, least(first, 2147483647)::integer, least(n, 2147483647 - least(first, 2147483647))::integer);
            END $$;
        CREATE OR REPLACE FUNCTION bigquery.left(x text, n bigint) RETURNS text LANGUAGE sql IMMUTABLE RETURN pg_catalog.left(x, n::integer);
        CREATE OR REPLACE FUNCTION bigquery.right(x text, n bigint) RETURNS text LANGUAGE sql IMMUTABLE RETURN pg_catalog.right(x, n::integer);
        CREATE OR REPLACE FUNCTION bigquery.lpad(x text, n bigint, pad text DEFAULT ' ') RETURNS text LANGUAGE sql IMMUTABLE RETURN pg_catalog.lpad(x, n::integer, pad);
        CREATE OR REPLACE FUNCTION bigquery.rpad(x text, n bigint, pad text DEFAULT ' ') RETURNS text LANGUAGE sql IMMUTABLE RETURN pg_catalog.rpad(x, n::integer, pad);
        CREATE OR REPLACE FUNCTION bigquery.repeat(x text, n bigint) RETURNS text LANGUAGE sql IMMUTABLE RETURN pg_catalog.repeat(x, n::integer);
        CREATE OR REPLACE FUNCTION bigquery.trim(x text, what text DEFAULT E' \t\n\r\f\v') RETURNS text LANGUAGE sql IMMUTABLE RETURN btrim(x, what);
        CREATE OR REPLACE FUNCTION bigquery.regexp_contains(x text, pattern text) RETURNS boolean LANGUAGE sql IMMUTABLE RETURN x ~ pattern;
        CREATE OR REPLACE FUNCTION bigquery.regexp_extract(x text, pattern text) RETURNS text LANGUAGE sql IMMUTABLE RETURN substring(x, pattern);
        CREATE OR REPLACE FUNCTION bigquery.regexp_replace(x text, pattern text, y text) RETURNS text LANGUAGE sql IMMUTABLE RETURN pg_catalog.regexp_replace(x, pattern, y, 'g');
        CREATE OR REPLACE FUNCTION bigquery.to_hex(x bytea) RETURNS text LANGUAGE sql IMMUTABLE RETURN encode(x, 'hex');
        CREATE OR REPLACE FUNCTION bigquery.to_base64(x bytea) RETURNS text LANGUAGE sql IMMUTABLE RETURN translate(encode(x, 'base64'), E'\n', '');
        CREATE OR REPLACE FUNCTION bigquery.md5(x text) RETURNS bytea LANGUAGE sql IMMUTABLE RETURN decode(pg_catalog.md5(x), 'hex');
        CREATE OR REPLACE FUNCTION bigquery.generate_uuid() RETURNS text LANGUAGE sql VOLATILE RETURN gen_random_uuid()::text;
        CREATE OR REPLACE FUNCTION bigquery.array_length(x anyarray) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT cardinality(x)::bigint';
        CREATE OR REPLACE FUNCTION bigquery.generate_array(a bigint, b bigint, step bigint DEFAULT 1) RETURNS bigint[] LANGUAGE sql IMMUTABLE RETURN ARRAY(SELECT generate_series(a, b, step));

        CREATE OR REPLACE FUNCTION bigquery.json_query(x jsonb, path text DEFAULT '$') RETURNS jsonb LANGUAGE plpgsql IMMUTABLE STRICT AS
            $$ BEGIN RETURN jsonb_path_query_first(x, ('strict ' || path)::jsonpath, '{}', true); END $$;
        CREATE OR REPLACE FUNCTION bigquery.json_query(x text, path text DEFAULT '$') RETURNS text LANGUAGE sql IMMUTABLE RETURN bigquery.json_query(x::jsonb, path)::text;
        CREATE OR REPLACE FUNCTION bigquery.json_value(x jsonb, path text DEFAULT '$') RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT AS $$
            DECLARE found jsonb := jsonb_path_query_first(x, ('strict ' || path)::jsonpath, '{}', true);
            BEGIN RETURN CASE WHEN jsonb_typeof(found) IN ('object', 'array') THEN NULL ELSE found #>> '{}' END; END $$;
        CREATE OR REPLACE FUNCTION bigquery.json_value(x text, path text DEFAULT '$') RETURNS text LANGUAGE sql IMMUTABLE RETURN bigquery.json_value(x::jsonb, path);
        CREATE OR REPLACE FUNCTION bigquery.to_json(x text) RETURNS jsonb LANGUAGE sql IMMUTABLE RETURN to_jsonb(x);
        CREATE OR REPLACE FUNCTION bigquery.to_json(x anyelement) RETURNS jsonb LANGUAGE sql STABLE AS 'SELECT to_jsonb(x)';
        CREATE OR REPLACE FUNCTION bigquery.to_json_string(x text) RETURNS text LANGUAGE sql IMMUTABLE RETURN coalesce(pg_catalog.to_json(x)::text, 'null');
        CREATE OR REPLACE FUNCTION bigquery.to_json_string(x anyelement) RETURNS text LANGUAGE sql STABLE AS $$ SELECT coalesce(pg_catalog.to_json(x)::text, 'null') $$;

        CREATE OR REPLACE FUNCTION bigquery.date_add(x date, i interval) RETURNS date LANGUAGE sql IMMUTABLE RETURN (x + i)::date;
        CREATE OR REPLACE FUNCTION bigquery.date_add(x timestamp, i interval) RETURNS timestamp LANGUAGE sql IMMUTABLE RETURN x + i;
        CREATE OR REPLACE FUNCTION bigquery.date_add(x timestamptz, i interval) RETURNS timestamptz LANGUAGE sql STABLE RETURN x + i;
        CREATE OR REPLACE FUNCTION bigquery.date_sub(x date, i interval) RETURNS date LANGUAGE sql IMMUTABLE RETURN (x - i)::date;
        CREATE OR REPLACE FUNCTION bigquery.date_sub(x timestamp, i interval) RETURNS timestamp LANGUAGE sql IMMUTABLE RETURN x - i;
        CREATE OR REPLACE FUNCTION bigquery.date_sub(x timestamptz, i interval) RETURNS timestamptz LANGUAGE sql STABLE RETURN x - i;
        CREATE OR REPLACE FUNCTION bigquery.date_trunc(x timestamp, part text) RETURNS timestamp LANGUAGE sql IMMUTABLE RETURN CASE
            WHEN part IN ('WEEK', 'WEEK(SUNDAY)') THEN pg_catalog.date_trunc('week', x + interval '1 day') - interval '1 day'
            WHEN part IN ('ISOWEEK', 'WEEK(MONDAY)') THEN pg_catalog.date_trunc('week', x)
            WHEN part IN ('MICROSECOND', 'MILLISECOND', 'SECOND', 'MINUTE', 'HOUR', 'DAY', 'MONTH', 'QUARTER', 'YEAR') THEN pg_catalog.date_trunc(part, x)
            ELSE bigquery.unsupported('The part ' || part)::timestamp END;
        CREATE OR REPLACE FUNCTION bigquery.date_trunc(x date, part text) RETURNS date LANGUAGE sql IMMUTABLE RETURN bigquery.date_trunc(x::timestamp, part)::date;
        CREATE OR REPLACE FUNCTION bigquery.date_trunc(x timestamptz, part text, zone text DEFAULT 'UTC') RETURNS timestamptz LANGUAGE sql STABLE
            RETURN bigquery.date_trunc(x AT TIME ZONE zone, part) AT TIME ZONE zone;
        CREATE OR REPLACE FUNCTION bigquery.last_day(x date, part text DEFAULT 'MONTH') RETURNS date LANGUAGE sql IMMUTABLE RETURN (bigquery.date_trunc(x::timestamp, part) + CASE
            WHEN part = 'YEAR' THEN interval '1 year' WHEN part = 'QUARTER' THEN interval '3 months' WHEN part = 'MONTH' THEN interval '1 month' ELSE interval '1 week' END - interval '1 day')::date;
        CREATE OR REPLACE FUNCTION bigquery.extract_part(part text, x timestamp) RETURNS bigint LANGUAGE plpgsql STABLE STRICT AS $$ BEGIN RETURN CASE part
            WHEN 'YEAR' THEN extract(year FROM x) WHEN 'QUARTER' THEN extract(quarter FROM x) WHEN 'MONTH' THEN extract(month FROM x) WHEN 'DAY' THEN extract(day FROM x)
            WHEN 'HOUR' THEN extract(hour FROM x) WHEN 'MINUTE' THEN extract(minute FROM x) WHEN 'SECOND' THEN floor(extract(second FROM x))
            WHEN 'MILLISECOND' THEN floor(extract(milliseconds FROM x)) % 1000 WHEN 'MICROSECOND' THEN extract(microseconds FROM x) % 1000000
            WHEN 'DAYOFWEEK' THEN extract(dow FROM x) + 1 WHEN 'DAYOFYEAR' THEN extract(doy FROM x) WHEN 'ISOYEAR' THEN extract(isoyear FROM x) WHEN 'ISOWEEK' THEN extract(week FROM x)
            WHEN 'WEEK' THEN floor((extract(doy FROM x) + 6 - extract(dow FROM x)) / 7)
            ELSE bigquery.unsupported('The part ' || part)::bigint END; END $$;
        CREATE OR REPLACE FUNCTION bigquery.date_diff(a date, b date, part text) RETURNS bigint LANGUAGE sql IMMUTABLE RETURN CASE part
            WHEN 'DAY' THEN a - b
            WHEN 'MONTH' THEN (extract(year FROM a) - extract(year FROM b)) * 12 + extract(month FROM a) - extract(month FROM b)
            WHEN 'QUARTER' THEN (extract(year FROM a) - extract(year FROM b)) * 4 + extract(quarter FROM a) - extract(quarter FROM b)
            WHEN 'YEAR' THEN extract(year FROM a) - extract(year FROM b)
            WHEN 'ISOYEAR' THEN extract(isoyear FROM a) - extract(isoyear FROM b)
            ELSE (bigquery.date_trunc(a, part) - bigquery.date_trunc(b, part)) OPERATOR(pg_catalog./) 7 END;
        CREATE OR REPLACE FUNCTION bigquery.seconds(part text) RETURNS numeric LANGUAGE sql IMMUTABLE RETURN CASE part WHEN 'MICROSECOND' THEN 0.000001 WHEN 'MILLISECOND' THEN 0.001
            WHEN 'SECOND' THEN 1 WHEN 'MINUTE' THEN 60 WHEN 'HOUR' THEN 3600 WHEN 'DAY' THEN 86400 ELSE bigquery.unsupported('The part ' || part)::numeric END;
        CREATE OR REPLACE FUNCTION bigquery.timestamp_diff(a timestamptz, b timestamptz, part text) RETURNS bigint LANGUAGE sql IMMUTABLE
            RETURN trunc((extract(epoch FROM a) - extract(epoch FROM b)) / bigquery.seconds(part))::bigint;
        CREATE OR REPLACE FUNCTION bigquery.timestamp_diff(a timestamp, b timestamp, part text) RETURNS bigint LANGUAGE sql IMMUTABLE RETURN CASE
            WHEN part IN ('MICROSECOND', 'MILLISECOND', 'SECOND', 'MINUTE', 'HOUR')
            THEN trunc((extract(epoch FROM bigquery.date_trunc(a, part)) - extract(epoch FROM bigquery.date_trunc(b, part))) / bigquery.seconds(part))::bigint
            ELSE bigquery.date_diff(a::date, b::date, part) END;
        CREATE OR REPLACE FUNCTION bigquery.unix_micros(x timestamptz) RETURNS bigint LANGUAGE sql IMMUTABLE RETURN (extract(epoch FROM x) * 1000000)::bigint;
        CREATE OR REPLACE FUNCTION bigquery.unix_millis(x timestamptz) RETURNS bigint LANGUAGE sql IMMUTABLE RETURN floor(extract(epoch FROM x) * 1000)::bigint;
        CREATE OR REPLACE FUNCTION bigquery.unix_seconds(x timestamptz) RETURNS bigint LANGUAGE sql IMMUTABLE RETURN floor(extract(epoch FROM x))::bigint;
        CREATE OR REPLACE FUNCTION bigquery.unix_date(x date) RETURNS bigint LANGUAGE sql IMMUTABLE RETURN x - date '1970-01-01';
        CREATE OR REPLACE FUNCTION bigquery.timestamp_micros(n bigint) RETURNS timestamptz LANGUAGE sql IMMUTABLE
            RETURN timestamptz '1970-01-01 00:00:00+00' + (n OPERATOR(pg_catalog./) 1000000) * interval '1 second' + (n % 1000000) * interval '1 microsecond';
        CREATE OR REPLACE FUNCTION bigquery.timestamp_millis(n bigint) RETURNS timestamptz LANGUAGE sql IMMUTABLE RETURN bigquery.timestamp_micros(n * 1000);
        CREATE OR REPLACE FUNCTION bigquery.timestamp_seconds(n bigint) RETURNS timestamptz LANGUAGE sql IMMUTABLE RETURN bigquery.timestamp_micros(n * 1000000);

        -- A strftime format as Postgres' template.
        CREATE OR REPLACE FUNCTION bigquery.template(format text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT AS $$
            DECLARE
                names jsonb := '{"Y":"YYYY","m":"MM","d":"DD","H":"HH24","M":"MI","S":"SS","F":"YYYY-MM-DD","T":"HH24:MI:SS","R":"HH24:MI","y":"YY","B":"FMMonth","b":"Mon","A":"FMDay","a":"Dy",
                    "j":"DDD","I":"HH12","p":"AM","G":"IYYY","V":"IW","Q":"Q","E*S":"SS.US"}';
                result text := '';
                element text[];
            BEGIN
                FOR element IN SELECT regexp_matches(format, '%(E\*S|.)|([^%]+)', 'g') LOOP
                    result := result || CASE
                        WHEN element[1] IS NULL THEN '"' || regexp_replace(element[2], '(["\\])', '\\\1', 'g') || '"'
                        WHEN element[1] = '%' THEN '"%"'
                        ELSE coalesce(names ->> element[1], bigquery.unsupported('The format element %' || element[1])) END;
                END LOOP;
                RETURN result;
            END $$;
        CREATE OR REPLACE FUNCTION bigquery.format_time(format text, x timestamp) RETURNS text LANGUAGE sql STABLE RETURN to_char(x, bigquery.template(format));
        CREATE OR REPLACE FUNCTION bigquery.format_time(format text, x date) RETURNS text LANGUAGE sql STABLE RETURN to_char(x::timestamp, bigquery.template(format));
        CREATE OR REPLACE FUNCTION bigquery.format_time(format text, x timestamptz, zone text DEFAULT 'UTC') RETURNS text LANGUAGE sql STABLE
            RETURN to_char(x AT TIME ZONE zone, bigquery.template(format));
        CREATE OR REPLACE FUNCTION bigquery.parse_date(format text, x text) RETURNS date LANGUAGE sql STABLE RETURN pg_catalog.to_date(x, bigquery.template(format));
        CREATE OR REPLACE FUNCTION bigquery.parse_timestamp(format text, x text, zone text DEFAULT 'UTC') RETURNS timestamptz LANGUAGE sql STABLE
            RETURN pg_catalog.to_timestamp(x, bigquery.template(format))::timestamp AT TIME ZONE zone;

        -- Rows that were streamed a short while ago can not be changed: a row knows the transaction that wrote it.
        CREATE TABLE IF NOT EXISTS bigquery.streamed (table_oid oid NOT NULL, xid bigint NOT NULL, at timestamptz NOT NULL);
        CREATE INDEX IF NOT EXISTS streamed_by ON bigquery.streamed (table_oid, xid);
        CREATE OR REPLACE FUNCTION bigquery.refuse_streamed() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF EXISTS (
                    SELECT FROM bigquery.streamed s
                    WHERE s.table_oid = TG_RELID AND s.xid = OLD.xmin::text::bigint AND s.at > bigquery.now() - interval '30 minutes')
                THEN
                    PERFORM bigquery.raise(format('UPDATE or DELETE statement over table %s.%s would affect rows in the streaming buffer, which is not supported',
                        substr(TG_TABLE_SCHEMA, 4), TG_TABLE_NAME));
                END IF;
                RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
            END $$;
        CREATE OR REPLACE FUNCTION bigquery.mark_streamed(streamed_into regclass, at timestamptz) RETURNS void LANGUAGE plpgsql AS $$
            BEGIN
                IF NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = streamed_into AND tgname = 'refuse_streamed') THEN
                    EXECUTE format('CREATE OR REPLACE TRIGGER refuse_streamed BEFORE UPDATE OR DELETE ON %s FOR EACH ROW EXECUTE FUNCTION bigquery.refuse_streamed()', streamed_into);
                END IF;
                DELETE FROM bigquery.streamed WHERE ctid IN (
                    SELECT s.ctid FROM bigquery.streamed s WHERE s.table_oid = streamed_into AND s.at < mark_streamed.at - interval '1 hour' FOR UPDATE SKIP LOCKED);
                INSERT INTO bigquery.streamed VALUES (streamed_into, pg_current_xact_id()::xid::text::bigint, mark_streamed.at);
            END $$;
        """;
}

-- postal_code_key(code): the code in upper case, without spaces and hyphens. Indexes and queries compare codes by it:
-- people write the same code with and without them.
CREATE FUNCTION postal_code_key(code text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $sql$ SELECT upper(translate(code, ' -', '')) $sql$;

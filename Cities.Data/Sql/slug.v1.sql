-- slug(name, id): the name in lower case, with one hyphen for each sequence of characters that are neither ASCII letters
-- nor digits, and the id, which makes the slug unique: london-2643743. A stored column requires an immutable function.
CREATE FUNCTION slug(name text, id integer) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$ SELECT ltrim(trim('-' from regexp_replace(lower(name) COLLATE "C", '[^a-z0-9]+', '-', 'g')) || '-' || id, '-') $$;

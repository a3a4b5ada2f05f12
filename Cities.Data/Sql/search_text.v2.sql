-- search_text(name): the name in lower case, without accents, with one space for each sequence of punctuation and spaces.
-- Stored columns and queries compare names by it. A stored column requires an immutable function. unaccent(name) is not
-- immutable, because it finds its dictionary by the search path. The function therefore names the dictionary with the
-- schema that the extension is installed in.
DO $do$
DECLARE
  extension_schema text :=
    (SELECT nspname FROM pg_namespace n JOIN pg_extension e ON e.extnamespace = n.oid WHERE extname = 'unaccent');
BEGIN
  EXECUTE format(
    $sql$
    CREATE OR REPLACE FUNCTION search_text(name text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS 'SELECT btrim(regexp_replace(
      lower(%1$I.unaccent(''%1$I.unaccent''::regdictionary, name)),
      ''[-.,;:/()"''''`_&+*#?!ʼʻʹ´· ]+'', '' '', ''g''))'
    $sql$,
    extension_schema);
END $do$;

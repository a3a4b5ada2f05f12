-- search_variants(text): the search texts that mean the same name as a search text. People write ä, ö and ü as ae, oe and
-- ue, and abbreviate Saint, Mount and Fort.
CREATE FUNCTION search_variants(text text) RETURNS SETOF text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE ROWS 2
AS $$
  SELECT DISTINCT btrim(variant)
  FROM (VALUES (' ' || text), (' ' || regexp_replace(text, '([aou])e', '\1', 'g'))) spellings (spelling),
    LATERAL (VALUES
      (spelling),
      (replace(replace(replace(spelling, ' st ', ' saint '), ' mt ', ' mount '), ' ft ', ' fort ')),
      (replace(replace(replace(spelling, ' saint ', ' st '), ' mount ', ' mt '), ' fort ', ' ft '))) variants (variant)
$$;

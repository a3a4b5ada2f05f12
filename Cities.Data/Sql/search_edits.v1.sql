-- search_edits(text): the search texts that differ from a search text by one typing error. A missing letter and two swapped
-- letters are likely errors: few texts result from them. A superfluous and a wrong letter are less likely: each of many
-- letters could be the right one.
CREATE FUNCTION search_edits(text text, OUT edit text, OUT is_likely boolean)
RETURNS SETOF record LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE ROWS 700
AS $$
  SELECT edits.edit, bool_or(edits.is_likely)
  -- The letters of the text are among them for texts in other scripts.
  FROM string_to_array('abcdefghijklmnopqrstuvwxyz ' || text, NULL) letters,
    generate_series(0, length(text)) n,
    LATERAL (
      SELECT left(text, n) || substr(text, n + 2), false
      UNION ALL
      SELECT left(text, n) || substr(text, n + 2, 1) || substr(text, n + 1, 1) || substr(text, n + 3), true
      UNION ALL
      SELECT left(text, n) || letter || substr(text, n + 1), true FROM unnest(letters) letter
      UNION ALL
      SELECT left(text, n) || letter || substr(text, n + 2), false FROM unnest(letters) letter
    ) edits (edit, is_likely)
  WHERE edits.edit <> text
  GROUP BY edits.edit
$$;

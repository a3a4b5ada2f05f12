-- The floor under the import: psql's \copy of the same files into plain tables with the files' columns, and the indexes that
-- the importer's tables have, on the columns that stand for theirs. No foreign keys, no checks, nothing looked up.
-- Run by ./import, with the unpacked files in the current folder.

\set ON_ERROR_STOP on
BEGIN;

CREATE TABLE countries (
  iso text, iso3 text, iso_numeric text, fips text, country text, capital text, area text, population bigint, continent text,
  tld text, currency_code text, currency_name text, phone text, postal_code_format text, postal_code_regex text,
  languages text, geonameid integer, neighbours text, equivalent_fips_code text);
CREATE TABLE admin1 (code text, name text, ascii_name text, geonameid integer);
CREATE TABLE admin2 (code text, name text, ascii_name text, geonameid integer);
CREATE TABLE places (
  geonameid integer, name text, ascii_name text, alternate_names text, latitude double precision, longitude double precision,
  feature_class text, feature_code text, country_code text, cc2 text, admin1 text, admin2 text, admin3 text, admin4 text,
  population bigint, elevation integer, dem text, timezone text, modified_on date);
CREATE TABLE hierarchy (parent_id integer, child_id integer, type text);
CREATE TABLE alternate_names (
  id bigint, geonameid integer, language text, name text, is_preferred text, is_short text, is_colloquial text,
  is_historic text, used_from text, used_to text);
-- The importer's postal codes have a key, which the file has not.
CREATE TABLE postal_codes (
  id bigint GENERATED ALWAYS AS IDENTITY, country_code text, code text, place_name text, name1 text, code1 text, name2 text,
  code2 text, name3 text, code3 text, latitude double precision, longitude double precision, accuracy smallint);

-- As CSV with a quote that does not occur: the text format would take a backslash for an escape.
\copy countries FROM countryInfo.txt WITH (FORMAT csv, DELIMITER E'\t', QUOTE E'\b')
\copy admin1 FROM admin1CodesASCII.txt WITH (FORMAT csv, DELIMITER E'\t', QUOTE E'\b')
\copy admin2 FROM admin2Codes.txt WITH (FORMAT csv, DELIMITER E'\t', QUOTE E'\b')
\copy places FROM cities1000.txt WITH (FORMAT csv, DELIMITER E'\t', QUOTE E'\b')
\copy hierarchy FROM hierarchy.txt WITH (FORMAT csv, DELIMITER E'\t', QUOTE E'\b')
\copy alternate_names FROM alternateNamesV2.txt WITH (FORMAT csv, DELIMITER E'\t', QUOTE E'\b')
\copy postal_codes (country_code, code, place_name, name1, code1, name2, code2, name3, code3, latitude, longitude, accuracy) FROM allCountries.txt WITH (FORMAT csv, DELIMITER E'\t', QUOTE E'\b')

ALTER TABLE countries ADD PRIMARY KEY (geonameid);
CREATE UNIQUE INDEX ON countries (iso);
CREATE INDEX ON countries (continent);
CREATE INDEX ON countries (country COLLATE "C", geonameid);
ALTER TABLE admin1 ADD PRIMARY KEY (geonameid);
CREATE UNIQUE INDEX ON admin1 (code);
CREATE INDEX ON admin1 (name COLLATE "C", geonameid);
ALTER TABLE admin2 ADD PRIMARY KEY (geonameid);
CREATE INDEX ON admin2 (split_part(code, '.', 1));
CREATE INDEX ON admin2 (code);
CREATE INDEX ON admin2 (name COLLATE "C", geonameid);
ALTER TABLE places ADD PRIMARY KEY (geonameid);
CREATE INDEX ON places USING gin (name gin_trgm_ops);
CREATE INDEX ON places USING gist (ST_SetSRID(ST_MakePoint(longitude, latitude), 4326));
CREATE INDEX ON places USING gist ((ST_SetSRID(ST_MakePoint(longitude, latitude), 4326)::geography));
CREATE INDEX ON places (name COLLATE "C", geonameid);
CREATE INDEX ON places (population, geonameid);
CREATE INDEX ON places (country_code, geonameid);
CREATE INDEX ON places (country_code, admin1, geonameid);
CREATE INDEX ON places (country_code, admin1, admin2, geonameid);
CREATE INDEX ON places (country_code) WHERE feature_code = 'PPLC';
CREATE INDEX ON places (country_code, admin1, population) WHERE feature_code IN ('PPLC', 'PPLA');
CREATE INDEX ON places (country_code, admin1, admin2, population) WHERE feature_code = 'PPLA2';
ALTER TABLE alternate_names ADD PRIMARY KEY (id);
CREATE INDEX ON alternate_names (geonameid);
CREATE INDEX ON alternate_names USING gin (name gin_trgm_ops);
CREATE INDEX ON alternate_names (name COLLATE "C", geonameid);
ALTER TABLE postal_codes ADD PRIMARY KEY (id);
CREATE INDEX ON postal_codes USING gist ((ST_SetSRID(ST_MakePoint(longitude, latitude), 4326)::geography));
CREATE INDEX ON postal_codes (country_code, id);
CREATE INDEX ON postal_codes (code COLLATE "C", id);
CREATE INDEX ON postal_codes (place_name COLLATE "C", id);
CREATE INDEX ON postal_codes (country_code, code1);
CREATE INDEX ON postal_codes (country_code, code1, code2);

COMMIT;

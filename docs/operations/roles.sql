-- Two roles in place of one that may do everything: the importer's owns the tables, the API's reads them and can do nothing else.
-- Run it once as a superuser, connected to the database (createdb citiesdb), before the first import:
--   psql --dbname citiesdb --file docs/operations/roles.sql
-- and change the passwords. Then the importer's connection string names cities_importer, the API's cities_reader. A test runs this file.

CREATE ROLE cities_importer LOGIN PASSWORD 'importer-password';
CREATE ROLE cities_reader LOGIN PASSWORD 'reader-password';
ALTER ROLE cities_reader SET default_transaction_read_only = on;

-- PostGIS may be created by a superuser alone.
CREATE EXTENSION IF NOT EXISTS postgis;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;

REVOKE ALL ON DATABASE citiesdb FROM PUBLIC;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
-- CREATE: tables that are still empty are built anew in a schema of their own.
GRANT CONNECT, CREATE, TEMPORARY ON DATABASE citiesdb TO cities_importer;
GRANT CONNECT ON DATABASE citiesdb TO cities_reader;
GRANT USAGE, CREATE ON SCHEMA public TO cities_importer;
GRANT USAGE ON SCHEMA public TO cities_reader;

-- The tables that there are, and those that the importer will make.
GRANT SELECT ON ALL TABLES IN SCHEMA public TO cities_reader;
ALTER DEFAULT PRIVILEGES FOR ROLE cities_importer GRANT SELECT ON TABLES TO cities_reader;

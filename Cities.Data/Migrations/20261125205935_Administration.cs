using System;
using System.Text.Json;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Cities.Data.Migrations
{
    /// <inheritdoc />
    public partial class Administration : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.EnsureSchema(
                name: "administration");

            migrationBuilder.CreateSequence<int>(
                name: "local_city_ids",
                schema: "administration",
                startValue: 2000000000L);

            migrationBuilder.CreateTable(
                name: "api_keys",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    name = table.Column<string>(type: "text", nullable: false),
                    role = table.Column<string>(type: "text", nullable: false),
                    hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    prefix = table.Column<string>(type: "text", nullable: false),
                    requests_per_second = table.Column<int>(type: "integer", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    expires_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    revoked_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_api_keys", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "audit_log",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    actor = table.Column<string>(type: "text", nullable: false),
                    action = table.Column<string>(type: "text", nullable: false),
                    city_id = table.Column<int>(type: "integer", nullable: false),
                    before = table.Column<JsonDocument>(type: "jsonb", nullable: true),
                    after = table.Column<JsonDocument>(type: "jsonb", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_audit_log", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "city_corrections",
                schema: "administration",
                columns: table => new
                {
                    city_id = table.Column<int>(type: "integer", nullable: false),
                    is_local = table.Column<bool>(type: "boolean", nullable: false),
                    changes = table.Column<JsonDocument>(type: "jsonb", nullable: false),
                    geonames = table.Column<JsonDocument>(type: "jsonb", nullable: true),
                    changed_by = table.Column<string>(type: "text", nullable: false),
                    changed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_city_corrections", x => x.city_id);
                });

            migrationBuilder.CreateTable(
                name: "import_requests",
                schema: "administration",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    requested_by = table.Column<string>(type: "text", nullable: false),
                    requested_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    operation = table.Column<string>(type: "text", nullable: false),
                    countries = table.Column<string>(type: "text", nullable: true),
                    kinds = table.Column<string>(type: "text", nullable: true),
                    force = table.Column<bool>(type: "boolean", nullable: false),
                    state = table.Column<string>(type: "text", nullable: false),
                    started_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    seen_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    finished_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    cancelled_by = table.Column<string>(type: "text", nullable: true),
                    run_id = table.Column<long>(type: "bigint", nullable: true),
                    error = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_import_requests", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "local_names",
                schema: "administration",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:IdentitySequenceOptions", "'2000000000', '1', '', '', 'False', '1'")
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityAlwaysColumn),
                    city_id = table.Column<int>(type: "integer", nullable: false),
                    language = table.Column<string>(type: "text", nullable: true),
                    name = table.Column<string>(type: "text", nullable: false),
                    is_preferred = table.Column<bool>(type: "boolean", nullable: false),
                    is_short = table.Column<bool>(type: "boolean", nullable: false),
                    is_colloquial = table.Column<bool>(type: "boolean", nullable: false),
                    is_historic = table.Column<bool>(type: "boolean", nullable: false),
                    added_by = table.Column<string>(type: "text", nullable: false),
                    added_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_local_names", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_api_keys_hash",
                table: "api_keys",
                column: "hash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_api_keys_name",
                table: "api_keys",
                column: "name",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_audit_log_city_id_id",
                table: "audit_log",
                columns: new[] { "city_id", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_import_requests_id",
                schema: "administration",
                table: "import_requests",
                column: "id",
                filter: "finished_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_local_names_city_id",
                schema: "administration",
                table: "local_names",
                column: "city_id");

            migrationBuilder.Sql(
                """
                -- Both run as their owner, so that whoever may write to the two tables can change cities by them and in no other way.
                -- Who it is that changes something, the session's transaction says: set_config('cities.actor', …, true).
                CREATE FUNCTION administration.actor() RETURNS text LANGUAGE sql STABLE
                AS $$ SELECT coalesce(nullif(current_setting('cities.actor', true), ''), session_user) $$;

                -- A row with its corrections. A division that is gone counts as not corrected, since a foreign key would refuse it.
                CREATE FUNCTION administration.effective(geonames jsonb, changes jsonb) RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
                DECLARE
                  wanted jsonb := geonames || changes;
                  region int := (SELECT id FROM regions WHERE id = (wanted->>'region_id')::int);
                  subregion int;
                BEGIN
                  IF region IS NULL AND wanted->>'region_id' IS NOT NULL THEN
                    wanted := wanted || jsonb_build_object('subregion_id', geonames->'subregion_id');
                    region := (SELECT id FROM regions WHERE id = (geonames->>'region_id')::int);
                  END IF;
                  IF wanted->>'subregion_id' IS NOT NULL THEN
                    subregion := coalesce(
                      (SELECT id FROM subregions WHERE id = (wanted->>'subregion_id')::int AND region_id IS NOT DISTINCT FROM region),
                      (SELECT id FROM subregions
                       WHERE id = (geonames->>'subregion_id')::int
                         AND (region_id IS NOT DISTINCT FROM region OR NOT changes ? 'region_id')));
                  END IF;
                  RETURN wanted || jsonb_build_object('region_id', region, 'subregion_id', subregion);
                END $$;

                CREATE FUNCTION administration.apply_city_correction() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
                DECLARE
                  corrected CONSTANT int := CASE TG_OP WHEN 'DELETE' THEN OLD.city_id ELSE NEW.city_id END;
                  row_before jsonb := (SELECT to_jsonb(city) - 'search_text' FROM cities city WHERE id = corrected);
                  row_wanted jsonb;
                BEGIN
                  IF TG_OP = 'DELETE' THEN
                    row_wanted := administration.effective(coalesce(OLD.geonames, '{}'), '{}');
                  ELSE
                    IF TG_OP = 'INSERT' AND NOT NEW.is_local THEN
                      NEW.geonames := row_before;
                    END IF;
                    NEW.changed_by := administration.actor();
                    NEW.changed_at := now();
                    row_wanted := administration.effective(coalesce(NEW.geonames, '{}'), NEW.changes);
                  END IF;
                  row_wanted := row_wanted || jsonb_build_object('id', corrected);

                  IF TG_OP = 'DELETE' AND OLD.is_local THEN
                    DELETE FROM administration.local_names WHERE city_id = corrected;
                    DELETE FROM cities WHERE id = corrected;
                  ELSIF TG_OP = 'INSERT' AND NEW.is_local THEN
                    INSERT INTO cities (id, name, ascii_name, slug, feature_code, country_id, region_id, subregion_id, population,
                      elevation, timezone, location, modified_on)
                    SELECT id, name, ascii_name, slug, feature_code, country_id, region_id, subregion_id, population,
                      elevation, timezone, location, modified_on
                    FROM jsonb_populate_record(NULL::cities, row_wanted);
                  ELSE
                    UPDATE cities city
                    SET (name, ascii_name, slug, feature_code, country_id, region_id, subregion_id, population, elevation, timezone,
                      location, modified_on) = (
                      SELECT name, ascii_name, slug, feature_code, country_id, region_id, subregion_id, population, elevation, timezone,
                        location, modified_on
                      FROM jsonb_populate_record(city, row_wanted))
                    WHERE id = corrected;
                  END IF;

                  INSERT INTO audit_log (at, actor, action, city_id, before, after)
                  VALUES (
                    now(),
                    administration.actor(),
                    CASE
                      WHEN TG_OP = 'INSERT' AND NEW.is_local THEN 'Create'
                      WHEN TG_OP = 'DELETE' AND OLD.is_local THEN 'Delete'
                      WHEN TG_OP = 'DELETE' OR TG_OP = 'UPDATE' AND OLD.changes @> NEW.changes THEN 'Revert'
                      ELSE 'Correct'
                    END,
                    corrected,
                    row_before,
                    (SELECT to_jsonb(city) - 'search_text' FROM cities city WHERE id = corrected));
                  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
                END $$;

                -- Not on the column geonames, which imports keep up to date.
                CREATE TRIGGER apply_city_correction BEFORE INSERT OR UPDATE OF changes OR DELETE ON administration.city_corrections
                FOR EACH ROW EXECUTE FUNCTION administration.apply_city_correction();

                CREATE FUNCTION administration.apply_local_name() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
                DECLARE
                  row_before jsonb := CASE TG_OP WHEN 'DELETE' THEN to_jsonb(OLD) END;
                BEGIN
                  IF TG_OP = 'DELETE' THEN
                    DELETE FROM alternative_names WHERE id = OLD.id;
                  ELSE
                    NEW.added_by := administration.actor();
                    NEW.added_at := now();
                    INSERT INTO alternative_names (id, geoname_id, kind, language, name, is_preferred, is_short, is_colloquial, is_historic)
                    VALUES (NEW.id, NEW.city_id, 1, NEW.language, NEW.name, NEW.is_preferred, NEW.is_short, NEW.is_colloquial,
                      NEW.is_historic);
                  END IF;

                  INSERT INTO audit_log (at, actor, action, city_id, before, after)
                  VALUES (
                    now(),
                    administration.actor(),
                    CASE TG_OP WHEN 'DELETE' THEN 'DeleteName' ELSE 'AddName' END,
                    CASE TG_OP WHEN 'DELETE' THEN OLD.city_id ELSE NEW.city_id END,
                    row_before,
                    CASE TG_OP WHEN 'INSERT' THEN to_jsonb(NEW) END);
                  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
                END $$;

                CREATE TRIGGER apply_local_name BEFORE INSERT OR DELETE ON administration.local_names
                FOR EACH ROW EXECUTE FUNCTION administration.apply_local_name();

                -- What they name is this schema's and PostGIS', and nobody's temporary tables.
                DO $do$
                DECLARE
                  path text := (
                    SELECT string_agg(DISTINCT quote_ident(name), ', ')
                    FROM (
                      SELECT current_schema()
                      UNION ALL SELECT nspname FROM pg_namespace n JOIN pg_extension e ON e.extnamespace = n.oid WHERE extname = 'postgis'
                    ) AS schemas (name)) || ', pg_temp';
                BEGIN
                  EXECUTE 'ALTER FUNCTION administration.apply_city_correction() SET search_path = ' || path;
                  EXECUTE 'ALTER FUNCTION administration.apply_local_name() SET search_path = ' || path;
                END $do$;
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "api_keys");

            migrationBuilder.DropTable(
                name: "audit_log");

            migrationBuilder.DropTable(
                name: "city_corrections",
                schema: "administration");

            migrationBuilder.DropTable(
                name: "import_requests",
                schema: "administration");

            migrationBuilder.DropTable(
                name: "local_names",
                schema: "administration");

            migrationBuilder.DropSequence(
                name: "local_city_ids",
                schema: "administration");

            migrationBuilder.Sql(
                """
                DROP FUNCTION administration.apply_city_correction, administration.apply_local_name, administration.effective, administration.actor;
                DROP SCHEMA administration
                """);
        }
    }
}

-- administration.actor(): the name of the user that changes data, for the audit log. The API sets it for its
-- transaction: set_config('cities.actor', name, true). Without that setting, it is the database user of the session.
CREATE FUNCTION administration.actor() RETURNS text LANGUAGE sql STABLE
AS $$ SELECT coalesce(nullif(current_setting('cities.actor', true), ''), session_user) $$;

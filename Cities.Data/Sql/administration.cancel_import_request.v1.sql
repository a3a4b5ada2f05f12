-- Trigger of administration.import_requests: cancels a request when its column cancelled_by is set, the only column that
-- the API's role may change. A request that no importer works on ends at once; otherwise, its importer ends it. An
-- importer is considered dead after a minute (ImportRequest.ImporterTimeout).
CREATE FUNCTION administration.cancel_import_request() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.finished_at IS NOT NULL THEN
    RAISE EXCEPTION 'The import request % has ended.', OLD.id USING ERRCODE = 'check_violation';
  END IF;
  NEW.cancelled_by := coalesce(OLD.cancelled_by, administration.actor());
  IF OLD.state = 'Queued' OR OLD.seen_at < now() - interval '1 minute' THEN
    NEW.state := 'Cancelled';
    NEW.finished_at := now();
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER cancel_import_request BEFORE UPDATE OF cancelled_by ON administration.import_requests
FOR EACH ROW EXECUTE FUNCTION administration.cancel_import_request();

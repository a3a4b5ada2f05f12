global using Cities.Api.Collections;
global using Cities.Api.Database;
global using Cities.Api.Http;
global using Cities.Api.Imports;
global using Cities.Api.Security;
global using Cities.Api.Telemetry;

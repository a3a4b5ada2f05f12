global using Cities.Api.Collections;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Cities.Api.Editing;

/// <summary>The endpoints for corrections of cities, and for places and names that GeoNames does not have.</summary>
internal static class EditingEndpoints
{
    private const string MergePatch = "application/merge-patch+json";
    private const string Json = "application/json";
    private static readonly string[] RequiredMembers = ["name", "location"];

    public static void MapEditing(this IEndpointRouteBuilder admin)
    {
        var cities = admin.MapGroup("/cities").RequireAuthorization(Policies.Editor).WithPlainAnswers();
        cities.MapGet("", ListAsync)
            .WithName("listCorrections")
            .WithSummary("List corrected cities and local places")
            .WithDescription(
                "The cities that editors have corrected or added, ordered by id. The list includes corrections of "
                + "cities that the data does not contain.")
            .WithExample(Examples.PageOf(CorrectionResponse.Example));
        cities.MapGet("/{id:int}", GetAsync)
            .WithName("getCityForEditing")
            .WithSummary("Get a city for editing")
            .WithDescription(
                "The current values of a city, the values of GeoNames if the city is corrected, and the names that "
                + "editors have added. Send the ETag as If-Match with a change. The ETag changes with the answer.")
            .WithExample(AdminCityResponse.Example)
            .ProducesNotFound();
        cities.MapPatch("/{id:int}", PatchAsync)
            .WithName("correctCity")
            .WithSummary("Correct a city")
            .WithDescription(
                "Applies a JSON merge patch (RFC 7396) of name, asciiName, featureCode, regionId, subregionId, "
                + "population, elevation, timezone and location. Null clears regionId, subregionId, elevation and "
                + "timezone. A patch with a name but without an asciiName also changes the ASCII name. A value that is "
                + "equal to GeoNames' value removes the correction of the property.")
            .Accepts<CityPatchRequest>(MergePatch, Json)
            .WithBodyExample("""{"population":9089736,"elevation":null}""")
            .WithExample(AdminCityResponse.Example)
            .ProducesConditional()
            .ProducesBodyProblems();
        cities.MapPost("", CreateAsync)
            .WithName("addCity")
            .WithSummary("Add a place that GeoNames does not have")
            .WithDescription(
                "Adds a local place. It has the same properties as a correction, and countryCode, which cannot be "
                + "changed later. Name, countryCode and location are required.")
            .Accepts<NewCityRequest>(Json)
            .WithBodyExample(
                """
                {
                  "name": "Poundbury",
                  "countryCode": "GB",
                  "location": {"longitude": -2.4622, "latitude": 50.7122},
                  "population": 4600
                }
                """)
            .Produces<AdminCityResponse>(StatusCodes.Status201Created)
            .WithExample(AdminCityResponse.ExampleOfLocal)
            .ProducesBodyProblems();
        cities.MapDelete("/{id:int}", DeleteAsync)
            .WithName("deleteCity")
            .WithSummary("Delete a local place")
            .WithDescription(
                "Deletes a place that an editor has added, with its names. Places of GeoNames cannot be deleted, only "
                + "corrected.")
            .Produces(StatusCodes.Status204NoContent)
            .ProducesConditional()
            .ProducesProblem(StatusCodes.Status409Conflict);
        cities.MapDelete("/{id:int}/corrections", RevertAsync)
            .WithName("revertCity")
            .WithSummary("Revert corrections of a city")
            .WithDescription(
                "Restores the current values of GeoNames. If the data does not contain the city, send 'If-Match: *' to "
                + "delete all of its corrections. The answer is then 204.")
            .Produces(StatusCodes.Status204NoContent)
            .WithExample(AdminCityResponse.Example with
            {
                Origin = Origin.GeoNames,
                Values = CityValuesResponse.Example,
                Corrected = [],
                GeoNames = null,
                ChangedBy = null,
                ChangedAt = null,
            })
            .ProducesConditional()
            .ProducesProblem(StatusCodes.Status409Conflict);
        cities.MapPost("/{id:int}/alternative-names", AddNameAsync)
            .WithName("addNameOfCity")
            .WithSummary("Add a name to a city")
            .WithDescription(
                "Adds a name that GeoNames does not have. The properties language, isPreferred, isShort, isColloquial "
                + "and isHistoric are optional.")
            .WithBodyExample("""{"name":"The Smoke","language":"en","isColloquial":true}""")
            .WithExample(LocalNameResponse.Example)
            .ProducesNotFound()
            .ProducesBodyProblems();
        cities.MapDelete("/{id:int}/alternative-names/{nameId:int}", DeleteNameAsync)
            .WithName("deleteNameOfCity")
            .WithSummary("Delete a name that an editor has added")
            .WithDescription("Deletes a name that an editor has added to a city. Names of GeoNames cannot be deleted.")
            .Produces(StatusCodes.Status204NoContent)
            .ProducesNotFound()
            .ProducesProblem(StatusCodes.Status409Conflict);
    }

    private static async Task<Ok<Page<CorrectionResponse>>> ListAsync(
        [FromQuery, Description("The origin of the cities: corrected or local. The default is both.")]
        [Example("corrected"), OneOf("corrected", "local")]
        string? origin,
        [AsParameters] PageRequest page,
        PrimaryDatabase database,
        HttpRequest request,
        CancellationToken cancellationToken)
    {
        SqlText from =
            $"""
            FROM administration.city_corrections correction
            LEFT JOIN cities city ON city.id = correction.city_id
            WHERE true
            """;
        if (origin is not null)
            from = $"{from} AND correction.is_local = {origin == "local"}";
        return TypedResults.Ok((await database.Sql.ReadPageAsync(
            request,
            page,
            CorrectionResponse.Columns,
            from,
            $"correction.city_id",
            CorrectionResponse.Read,
            cancellationToken,
            isDescending: false))!);
    }

    private static async Task<Results<Ok<AdminCityResponse>, NotFound>> GetAsync(
        [Description("Id of the city."), Example("2643743")] int id,
        PrimaryDatabase database,
        HttpResponse response,
        CancellationToken cancellationToken) =>
        await CityState.FindAsync(database.Sql, id, cancellationToken) is { } state
            ? Answer(state, response)
            : TypedResults.NotFound();

    private static async Task<
        Results<Ok<AdminCityResponse>, NotFound, ValidationProblem, ProblemHttpResult>> PatchAsync(
        [Description("Id of the city."), Example("2643743")] int id,
        [FromHeader(Name = "If-Match"), Description("The ETag of the city, or * to ignore changes by others.")]
        [Example("*")]
        string? ifMatch,
        PrimaryDatabase database,
        HttpContext http,
        CancellationToken cancellationToken)
    {
        if (Precondition.Check(ifMatch) is { } missing)
            return TypedResults.Problem(missing);
        var patch = new CityPatch();
        var errors = await JsonBody.ReadAsync(
            http.Request, (name, value) => patch.TryTake(name, value), cancellationToken);
        if (errors.Count > 0)
            return TypedResults.ValidationProblem(errors);
        return await EditAsync<Results<Ok<AdminCityResponse>, NotFound, ValidationProblem, ProblemHttpResult>>(
            database,
            http,
            async (transaction, token) =>
            {
                if (await CityState.FindAsync(transaction, id, token) is not { } state)
                    return TypedResults.NotFound();
                if (!Precondition.IsMet(ifMatch!, state.ETag))
                    return TypedResults.Problem(Precondition.Failed);
                var wrong = await new CityEdit(transaction).CorrectAsync(state, patch, token);
                return wrong.Count > 0
                    ? TypedResults.ValidationProblem(wrong)
                    : Answer((await CityState.FindAsync(transaction, id, token))!, http.Response);
            },
            cancellationToken);
    }

    private static async Task<Results<Created<AdminCityResponse>, ValidationProblem>> CreateAsync(
        PrimaryDatabase database, HttpContext http, CancellationToken cancellationToken)
    {
        var patch = new CityPatch();
        string? countryCode = null;
        var errors = await JsonBody.ReadAsync(
            http.Request,
            (name, value) =>
            {
                if (name != "countryCode")
                    return patch.TryTake(name, value, isNew: true);
                countryCode = value.Text(2);
                return true;
            },
            cancellationToken);
        if (countryCode is null)
            errors.TryAdd("countryCode", ["The property is required."]);
        foreach (var required in RequiredMembers.Where(name => !patch.Has(name)))
            errors.TryAdd(required, ["The property is required."]);
        if (errors.Count > 0)
            return TypedResults.ValidationProblem(errors);
        return await EditAsync<Results<Created<AdminCityResponse>, ValidationProblem>>(
            database,
            http,
            async (transaction, token) =>
            {
                var (id, wrong) = await new CityEdit(transaction).CreateAsync(patch, countryCode!, token);
                if (wrong.Count > 0)
                    return TypedResults.ValidationProblem(wrong);
                var state = (await CityState.FindAsync(transaction, id, token))!;
                http.Response.Headers.ETag = state.ETag;
                return TypedResults.Created(Address(http.Request, id), state.Response);
            },
            cancellationToken);
    }

    private static async Task<Results<NoContent, NotFound, ProblemHttpResult>> DeleteAsync(
        [Description("Id of the city."), Example("2000000000")] int id,
        [FromHeader(Name = "If-Match"), Description("The ETag of the city, or * to ignore changes by others.")]
        [Example("*")]
        string? ifMatch,
        PrimaryDatabase database,
        HttpContext http,
        CancellationToken cancellationToken)
    {
        if (Precondition.Check(ifMatch) is { } missing)
            return TypedResults.Problem(missing);
        return await EditAsync<Results<NoContent, NotFound, ProblemHttpResult>>(
            database,
            http,
            async (transaction, token) =>
            {
                if (await CityState.FindAsync(transaction, id, token) is not { } state)
                {
                    return await RemoveGoneAsync(transaction, id, ifMatch!, token)
                        ? TypedResults.NoContent()
                        : TypedResults.NotFound();
                }

                if (!state.IsLocal)
                {
                    return ErrorExtensions.Conflict(
                        "The city is from GeoNames, and the next import would restore it. It can be corrected, but not "
                        + "deleted.");
                }

                if (!Precondition.IsMet(ifMatch!, state.ETag))
                    return TypedResults.Problem(Precondition.Failed);
                await new CityEdit(transaction).DeleteAsync(id, token);
                return TypedResults.NoContent();
            },
            cancellationToken);
    }

    private static async Task<Results<Ok<AdminCityResponse>, NoContent, NotFound, ProblemHttpResult>> RevertAsync(
        [Description("Id of the city."), Example("2643743")] int id,
        [FromQuery, Description("The properties to revert, comma-separated. The default is all properties.")]
        [Example("name,population"), StringLength(500)]
        string? fields,
        [FromHeader(Name = "If-Match"), Description("The ETag of the city, or * to ignore changes by others.")]
        [Example("*")]
        string? ifMatch,
        PrimaryDatabase database,
        HttpContext http,
        CancellationToken cancellationToken)
    {
        if (Precondition.Check(ifMatch) is { } missing)
            return TypedResults.Problem(missing);
        var members = fields is null
            ? CityMember.All
            : [.. fields.Split(',', StringSplitOptions.TrimEntries).Select(Member)];
        return await EditAsync<Results<Ok<AdminCityResponse>, NoContent, NotFound, ProblemHttpResult>>(
            database,
            http,
            async (transaction, token) =>
            {
                if (await CityState.FindAsync(transaction, id, token) is not { } state)
                {
                    return fields is null && await RemoveGoneAsync(transaction, id, ifMatch!, token)
                        ? TypedResults.NoContent()
                        : TypedResults.NotFound();
                }

                if (state.IsLocal)
                {
                    return ErrorExtensions.Conflict(
                        "The place is local, so GeoNames has no values to restore. It can be changed or deleted.");
                }

                if (!Precondition.IsMet(ifMatch!, state.ETag))
                    return TypedResults.Problem(Precondition.Failed);
                await new CityEdit(transaction).RevertAsync(state, members, token);
                return Answer((await CityState.FindAsync(transaction, id, token))!, http.Response);
            },
            cancellationToken);

        static CityMember Member(string name) => CityMember.Find(name) ?? throw new ParameterException(
            "fields",
            $"'{name}' is not a field; the fields are {string.Join(", ", CityMember.All.Select(each => each.Name))}.");
    }

    private static Task<Results<Created<LocalNameResponse>, NotFound>> AddNameAsync(
        [Description("Id of the city."), Example("2643743")] int id,
        LocalNameRequest name,
        PrimaryDatabase database,
        HttpContext http,
        CancellationToken cancellationToken) =>
        EditAsync<Results<Created<LocalNameResponse>, NotFound>>(
            database,
            http,
            async (transaction, token) =>
            {
                if (!await transaction.ScalarAsync<bool>($"SELECT EXISTS (SELECT FROM cities WHERE id = {id})", token))
                    return TypedResults.NotFound();
                var language = SqlText.Optional(name.Language);
                await using var reader = await transaction.OpenAsync(
                    [
                        $"""
                        INSERT INTO administration.local_names
                          (city_id, name, language, is_preferred, is_short, is_colloquial, is_historic)
                        VALUES ({id}, {name.Name}, {language}, {name.IsPreferred}, {name.IsShort}, {name.IsColloquial},
                          {name.IsHistoric})
                        RETURNING {LocalNameResponse.Columns}
                        """,
                    ],
                    token);
                await reader.ReadAsync(token);
                var added = LocalNameResponse.Read(reader);
                return TypedResults.Created(
                    $"{Address(http.Request, id)}/alternative-names/{added.Id.ToString(CultureInfo.InvariantCulture)}",
                    added);
            },
            cancellationToken);

    private static Task<Results<NoContent, NotFound, ProblemHttpResult>> DeleteNameAsync(
        [Description("Id of the city."), Example("2643743")] int id,
        [Description("Id of the name."), Example("2000000000")] int nameId,
        PrimaryDatabase database,
        HttpContext http,
        CancellationToken cancellationToken) =>
        EditAsync<Results<NoContent, NotFound, ProblemHttpResult>>(
            database,
            http,
            async (transaction, token) =>
            {
                var deleted = await transaction.ExecuteAsync(
                    $"DELETE FROM administration.local_names WHERE id = {nameId} AND city_id = {id}", token);
                if (deleted > 0)
                    return TypedResults.NoContent();
                return await transaction.ScalarAsync<bool>(
                    $"SELECT EXISTS (SELECT FROM alternative_names WHERE id = {nameId} AND geoname_id = {id})", token)
                    ? ErrorExtensions.Conflict("The name is from GeoNames, and the next import would restore it.")
                    : TypedResults.NotFound();
            },
            cancellationToken);

    /// <summary>Runs an edit on behalf of the client, while other edits and imports wait.</summary>
    private static Task<T> EditAsync<T>(
        PrimaryDatabase database,
        HttpContext http,
        Func<WriteTransaction, CancellationToken, Task<T>> edit,
        CancellationToken cancellationToken) =>
        database.WriteAsync(
            http.User,
            async (transaction, token) =>
            {
                await CityEdit.LockAsync(transaction, token);
                return await edit(transaction, token);
            },
            cancellationToken);

    /// <summary>
    /// Removes the correction of a city that is not in the data. Such a city has no ETag, so If-Match has to be *.
    /// </summary>
    private static async Task<bool> RemoveGoneAsync(
        WriteTransaction transaction, int id, string ifMatch, CancellationToken cancellationToken) =>
        ifMatch == "*" && await new CityEdit(transaction).DeleteAsync(id, cancellationToken);

    private static Ok<AdminCityResponse> Answer(CityState state, HttpResponse response)
    {
        response.Headers.ETag = state.ETag;
        return TypedResults.Ok(state.Response);
    }

    private static string Address(HttpRequest request, int id) =>
        string.Create(CultureInfo.InvariantCulture, $"{request.PathBase}/api/v1/admin/cities/{id}");

    /// <summary>
    /// Disables compression: a strong ETag identifies the bytes of an answer, and the ETag of a city is computed from
    /// the uncompressed ones.
    /// </summary>
    private static RouteGroupBuilder WithPlainAnswers(this RouteGroupBuilder endpoints) =>
        endpoints.AddEndpointFilter((invocation, next) =>
        {
            invocation.HttpContext.Request.Headers.AcceptEncoding = default;
            return next(invocation);
        });

    private static RouteHandlerBuilder ProducesConditional(this RouteHandlerBuilder endpoint) =>
        endpoint
            .ProducesNotFound()
            .ProducesProblem(StatusCodes.Status412PreconditionFailed)
            .ProducesProblem(StatusCodes.Status428PreconditionRequired);
}

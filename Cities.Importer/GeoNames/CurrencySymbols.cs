namespace Cities.Importer.GeoNames;

/// <summary>
/// The symbols of currencies, which GeoNames does not publish: the narrow symbols of the locale <c>en</c> in Unicode
/// CLDR 48.2 (cldr-numbers-full, Unicode License v3), for the currencies of countryInfo.txt that have one.
/// </summary>
internal static class CurrencySymbols
{
    private const string Symbols =
        """
        AFN=؋ AMD=֏ AOA=Kz ARS=$ AUD=$ AZN=₼ BAM=KM BBD=$ BDT=৳ BMD=$ BND=$ BOB=Bs BRL=R$ BSD=$ BWP=P BZD=$
        CAD=$ CLP=$ CNY=¥ COP=$ CRC=₡ CUP=$ CZK=Kč DKK=kr DOP=$ EGP=E£ EUR=€ FJD=$ FKP=£ GBP=£ GEL=₾ GHS=GH₵
        GIP=£ GNF=FG GTQ=Q GYD=$ HKD=$ HNL=L HRK=kn HUF=Ft IDR=Rp ILS=₪ INR=₹ ISK=kr JMD=$ JPY=¥ KGS=⃀ KHR=៛
        KMF=CF KPW=₩ KRW=₩ KYD=$ KZT=₸ LAK=₭ LBP=L£ LKR=Rs LRD=$ MGA=Ar MMK=K MNT=₮ MUR=Rs MXN=$ MYR=RM
        NAD=$ NGN=₦ NIO=C$ NOK=kr NPR=Rs NZD=$ PHP=₱ PKR=Rs PLN=zł PYG=₲ RON=lei RUB=₽ RWF=RF SBD=$ SEK=kr
        SGD=$ SHP=£ SRD=$ SSP=£ SYP=£ THB=฿ TOP=T$ TRY=₺ TTD=$ TWD=$ UAH=₴ USD=$ UYU=$ VEF=Bs VND=₫ XAF=FCFA
        XCD=$ XOF=F CFA XPF=CFPF ZAR=R ZMW=ZK
        """;

    private static readonly Dictionary<string, string> ByCode = Symbols.Split([' ', '\n'])
        .Select(each => each.Split('='))
        .ToDictionary(each => each[0], each => each[1]);

    /// <summary>Finds the symbol of a currency by its ISO 4217 code.</summary>
    /// <returns>The symbol, or null if the currency has none.</returns>
    public static string? Find(string code) => ByCode.GetValueOrDefault(code);
}

/// What a program may be given of the roster: the scopes of OneRoster 1.2 (REST binding, section 5), as full addresses.
public enum RosterScopes {
    private static let base = "https://purl.imsglobal.org/spec/or/v1p2/scope/"
    /// Everything but demographics.
    public static let whole = base + "roster.readonly"
    /// Lists and single records, without the lists below a school, class, course, term or user.
    public static let core = base + "roster-core.readonly"
    /// Dates of birth, sexes, ethnicities.
    public static let demographics = base + "roster-demographics.readonly"

    /// All of them, the least telling first.
    public static let all = [core, whole, demographics]
}

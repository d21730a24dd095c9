import Base
import Storage

/// A place of the administrative division: a province, a district (until 30/06/2025), a commune or ward; a row a life.
public struct PlaceRecord: Sendable, Hashable {
    public enum Tier: String, Sendable, Codable { case province, district, commune }

    public let id: ID<Place>
    /// The code of the General Statistics Office; the same code may name another place later.
    public let code: String
    public let tier: Tier
    /// `xa`, `phuong`, `thi-tran`, `huyen`, `thanh-pho`, `tinh`.
    public let kind: String
    /// The one official spelling, with its kind: "Xã Pu Sam Cáp".
    public let name: String
    public let parentCode: String?
    public let provinceCode: String
    public let period: Period
    public let latitude: Double?
    public let longitude: Double?
    public let isBorder: Bool
    /// Khu vực I, II, III as `I`, `II`, `III`; empty where the list names none.
    public let area: String
}

/// A place to be written, with its other spellings.
public struct PlaceDraft: Sendable {
    public var code: String
    public var tier: PlaceRecord.Tier
    public var kind: String
    public var name: String
    public var parentCode: String?
    public var provinceCode: String
    public var period = Period.always
    public var latitude: Double?
    public var longitude: Double?
    public var isBorder = false
    public var area = ""
    public var aliases: [String] = []

    public init(
        code: String, tier: PlaceRecord.Tier, kind: String, name: String, parentCode: String?, provinceCode: String
    ) {
        (self.code, self.tier, self.kind) = (code, tier, kind)
        (self.name, self.parentCode, self.provinceCode) = (name, parentCode, provinceCode)
    }
}

extension PlaceRecord.Tier: Column, Bindable { public var sqlValue: Value { .text(rawValue) } }

import Base
import Registry
import Storage

/// A household with the children it has at school.
struct Family: Sendable {
    struct Link: Sendable { let guardian: ID<Guardian>, name: String, relation: String, isContact: Bool }

    let surname: String
    let ethnicity: String
    let hamlet: String
    /// The catalogue's code, empty for none.
    let household: String
    let links: [Link]
    var births: [Int]
    /// How many more children may come.
    var room: Int

    func takes(_ birthYear: Int) -> Bool { births.allSatisfy { abs($0 - birthYear) >= 2 && abs($0 - birthYear) <= 13 } }
}

extension Writing {
    /// The family of a child: one that is there already, or a new one with its guardians.
    mutating func family(
        _ tx: Tx, of birthYear: Int, in commune: Int, alone: Bool
    ) throws -> Family {
        if !alone, let known = persons.random.chance(520) ? sibling(birthYear, in: commune) : nil { return known }
        var made = try newFamily(tx, birthYear, in: commune, alone: alone)
        made.room = alone ? 0 : persons.random.place(by: [30, 40, 20, 10]) ?? 0
        if made.room > 0 { families[commune].append(made) }
        return made
    }

    /// Takes a place in a family of the commune, if one of a few looked at has one.
    private mutating func sibling(_ birthYear: Int, in commune: Int) -> Family? {
        for _ in 0..<6 {
            let count = families[commune].count
            guard count > 0 else { return nil }
            let index = persons.random.below(count)
            guard families[commune][index].takes(birthYear) else { continue }
            families[commune][index].births.append(birthYear)
            families[commune][index].room -= 1
            let family = families[commune][index]
            if family.room == 0 {
                families[commune].swapAt(index, count - 1)
                families[commune].removeLast()
            }
            return family
        }
        return nil
    }

    private mutating func newFamily(_ tx: Tx, _ birthYear: Int, in commune: Int, alone: Bool) throws -> Family {
        let place = plan.communes[commune]
        let people = persons.names.ethnicity(in: plan.districts[place.district].mix)
        let father = persons.names.person(ethnicity: people, sex: Sex.male, birthYear: birthYear - 26)
        var links: [Family.Link] = []
        for (number, relation) in relations(alone: alone).enumerated() {
            links.append(try guardian(tx, relation, father: father, people, birthYear, isContact: number == 0))
        }
        return Family(
            surname: father.family, ethnicity: people, hamlet: persons.hamlet(), household: household(place, people),
            links: links,
            births: [birthYear], room: 0)
    }

    private mutating func relations(alone: Bool) -> [String] {
        if alone { return ["mother", "father"] }
        return switch persons.random.below(100) {
        case ..<46: ["father", "mother"]
        case ..<76: ["mother", "father"]
        case ..<88: ["mother"]
        case ..<94: ["father"]
        case ..<97: ["grandmother"]
        case ..<99: ["grandfather"]
        default: ["uncle"]
        }
    }

    private mutating func guardian(
        _ tx: Tx, _ relation: String, father: PersonName, _ people: String, _ birthYear: Int, isContact: Bool
    ) throws -> Family.Link {
        let isOld = relation.hasPrefix("grand"),
            sex = ["mother", "grandmother"].contains(relation) ? Sex.female : Sex.male
        let born = birthYear - 19 - persons.random.below(18) - (isOld ? 24 : 0)
        let own = relation == "mother" && persons.random.chance(80) ? "03" : people
        let name = relation == "father" ? father : persons.names.person(ethnicity: own, sex: sex, birthYear: born)
        var draft = GuardianDraft(name: name.full)
        (draft.sex, draft.birthDate) = (sex, PartialDay(String(born)))
        // Many families in the hills have one telephone or none.
        draft.phone = isContact && persons.random.chance(900) || persons.random.chance(500) ? persons.phone() : ""
        draft.details = [
            "ethnicity": own, "job": persons.random.place(by: [82, 6, 7, 5]).map { Writing.jobs[$0] } ?? "",
        ]
        let id = try tx.insert(draft)
        return Family.Link(guardian: id, name: name.full, relation: relation, isContact: isContact)
    }

    private static let jobs = ["Làm nương", "Công chức, viên chức", "Công nhân", "Buôn bán"]

    /// 19.46 % of households were poor at the end of 2025; most in the far communes.
    private mutating func household(_ commune: CommunePlan, _ people: String) -> String {
        let (poor, near) = commune.area == "III" ? (270, 110) : commune.area == "II" ? (140, 90) : (40, 40)
        let draw = persons.random.below(1000)
        if people == "01" { return draw < 12 ? "near-poor" : "" }
        return draw < poor ? "poor" : draw < poor + near ? "near-poor" : draw < poor + near + 40 ? "escaped" : ""
    }
}

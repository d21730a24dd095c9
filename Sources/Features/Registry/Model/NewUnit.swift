import Base

/// A unit made by a split or an inserted tier, and what it takes over.
public struct NewUnit: Sendable {
    public var draft: OrgDraft
    /// Units that come under it.
    public var children: [ID<Org>] = []
    /// Classes of a split school that go to it, with their learners.
    public var classes: [ID<ClassGroup>] = []
    /// Staff of a split school that go to it.
    public var staff: [ID<Staff>] = []

    public init(_ draft: OrgDraft, children: [ID<Org>] = [], classes: [ID<ClassGroup>] = [], staff: [ID<Staff>] = []) {
        (self.draft, self.children, self.classes, self.staff) = (draft, children, classes, staff)
    }
}

/// Into what units are merged.
public enum MergeTarget: Sendable {
    case existing(ID<Org>)
    case new(OrgDraft)
}

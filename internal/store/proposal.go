package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/touchstone-factcheck/touchstone/internal/factcheck"
)

// Proposal is an act that waits for a second person, or did. The passage of a redaction is not in it: see PreviewRedaction.
type Proposal struct {
	ID         factcheck.ProposalID
	Kind       factcheck.ProposalKind
	Claim      factcheck.ClaimID // whose redaction, or the suspended verdict's
	ClaimText  string
	Verdict    factcheck.VerdictID       // of a restoration
	Claimant   factcheck.ClaimantID      // of a naming
	Class      factcheck.RedactionReason // of a redaction
	Reason     string                    // public for a restoration, else the newsroom's own
	ProposedBy factcheck.PersonID
	Proposer   string // name
	ProposedAt time.Time
	Decision   factcheck.Decision
	Decider    string // name; empty while it is open
	DecidedAt  *time.Time
}

// proposalRow is what deciding reads of a proposal.
type proposalRow struct {
	id       factcheck.ProposalID
	kind     factcheck.ProposalKind
	claim    factcheck.ClaimID
	verdict  factcheck.VerdictID
	claimant factcheck.ClaimantID
	class    factcheck.RedactionReason
	reason   string
	passage  string
	by       factcheck.PersonID
	at       time.Time
	decision factcheck.Decision
}

// ProposeRestore asks to show a suspended verdict again, as it is. The reason becomes the public note of the page's new
// state. CodeConflict if the verdict is not suspended, or this is proposed already. Checkers and above; no key may.
func (db *DB) ProposeRestore(ctx context.Context, actor factcheck.Actor, verdict factcheck.VerdictID, reason string) (factcheck.ProposalID, error) {
	return db.propose(ctx, actor, reason, proposalRow{kind: factcheck.ProposeRestore, verdict: verdict}, func(t *tx, p *proposalRow) error {
		v, err := t.lockVerdict(verdict)
		if err != nil {
			return err
		}
		if v.State != factcheck.VerdictSuspended {
			return factcheck.Conflict("this verdict is %s; only a suspended one is restored", v.State)
		}
		// What was proposed for an earlier suspension asks for nothing any more.
		_, err = t.pgx.Exec(ctx, `UPDATE proposals SET decision = 'refused', decided_by = $2, decided_at = $3
			WHERE verdict_id = $1 AND kind = 'restore' AND decision = 'open' AND proposed_at < `+lastSuspended, verdict, t.actor.Person, t.now)
		return err
	})
}

// lastSuspended is when the verdict $1 was suspended last.
const lastSuspended = `(SELECT max(c.at) FROM changes c WHERE c.verdict_id = $1 AND c.type = 'verdict.suspended')`

// ProposeNaming asks to name a private person who made a claim, on every public way out. The reason is the newsroom's own.
// CodeConflict if the claimant is not a private person, is named, or this is proposed already. Checkers and above; no key may.
func (db *DB) ProposeNaming(ctx context.Context, actor factcheck.Actor, claimant factcheck.ClaimantID, reason string) (factcheck.ProposalID, error) {
	return db.propose(ctx, actor, reason, proposalRow{kind: factcheck.ProposeName, claimant: claimant}, func(t *tx, _ *proposalRow) error {
		return t.unnamedPerson(claimant)
	})
}

// unnamedPerson locks a claimant and returns a CodeConflict error unless it is a private person without a name in public.
func (t *tx) unnamedPerson(id factcheck.ClaimantID) error {
	var private, named bool
	err := t.pgx.QueryRow(t.ctx, `SELECT private, named_approved_by IS NOT NULL FROM claimants WHERE id = $1 FOR NO KEY UPDATE`, id).Scan(&private, &named)
	if err != nil {
		return fmt.Errorf("lock %s: %w", id, err)
	}
	if !private || named {
		return factcheck.Conflict("this claimant is named already")
	}
	return nil
}

// propose writes a proposal after check has found that there is something to decide.
func (db *DB) propose(ctx context.Context, actor factcheck.Actor, reason string, p proposalRow, check func(*tx, *proposalRow) error) (factcheck.ProposalID, error) {
	err := db.write(ctx, actor, factcheck.ProposeAct, "propose to "+string(p.kind), func(t *tx) error {
		p.reason = strings.TrimSpace(reason)
		if p.reason == "" {
			return invalidf("reason", "say why, so that a colleague can decide")
		}
		if err := factcheck.CheckText("reason", p.reason, factcheck.MaxNote); err != nil {
			return err
		}
		if err := check(t, &p); err != nil {
			return err
		}
		p.id = factcheck.ProposalID(newID(t))
		_, err := t.pgx.Exec(ctx, `INSERT INTO proposals (id, kind, claim_id, verdict_id, claimant_id, reason, class, passage, proposed_by, proposed_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`, p.id, p.kind, p.claim, p.verdict, p.claimant, p.reason, p.class, p.passage, t.actor.Person, t.now)
		if err != nil {
			return fmt.Errorf("write the proposal: %w", err)
		}
		return t.audit("proposal.propose", p.id, p.details())
	})
	if err != nil {
		return factcheck.ProposalID{}, err
	}
	return p.id, nil
}

// details are what the audit log keeps of a proposal: neither passage nor reason, which may hold a private person's name.
func (p proposalRow) details() map[string]any {
	d := map[string]any{"kind": p.kind}
	for key, id := range map[string]fmt.Stringer{"claim": p.claim, "verdict": p.verdict, "claimant": p.claimant} {
		if s := id.String(); s != "" {
			d[key] = s
		}
	}
	if p.class != "" {
		d["class"] = p.class
	}
	return d
}

// DecideProposal approves or refuses what somebody else proposed. What is approved is done in the same transaction: a
// verdict shows its finding again (verdict.restored), a private person is named (verdict.updated), a passage is replaced by
// a notice everywhere (verdict.redacted). CodeForbidden for whoever proposed it; CodeConflict if it was decided already, or
// if what it asks for no longer fits. Editors and above; no key may.
func (db *DB) DecideProposal(ctx context.Context, actor factcheck.Actor, id factcheck.ProposalID, approve bool) error {
	return db.write(ctx, actor, factcheck.DecideProposal, "decide "+id.String(), func(t *tx) error {
		p, err := t.lockProposal(id)
		if err != nil {
			return err
		}
		if err := factcheck.CheckDecider(t.actor, p.by); err != nil {
			return err
		}
		if err := t.tellProposer(p); err != nil {
			return err
		}
		if !approve {
			return t.close(p, factcheck.DecisionRefused, "proposal.refuse")
		}
		if err := t.close(p, factcheck.DecisionApproved, "proposal.approve"); err != nil {
			return err
		}
		switch p.kind {
		case factcheck.ProposeRestore:
			return t.restore(p)
		case factcheck.ProposeName:
			return t.name(p)
		case factcheck.ProposeRedact:
			return t.redact(p)
		}
		return fmt.Errorf("a proposal of the unknown kind %q", p.kind)
	})
}

// tellProposer tells whoever proposed it that it was decided; what is about no claim is found in the list.
func (t *tx) tellProposer(p proposalRow) error {
	claim := p.claim
	if !p.verdict.IsZero() {
		if err := t.pgx.QueryRow(t.ctx, `SELECT claim_id FROM verdicts WHERE id = $1`, p.verdict).Scan(&claim); err != nil {
			return fmt.Errorf("read the claim of %s: %w", p.verdict, err)
		}
	}
	return t.notice("proposal_decided", claim, p.by)
}

// WithdrawProposal takes an open proposal back and forgets its passage. Only whoever proposed it.
func (db *DB) WithdrawProposal(ctx context.Context, actor factcheck.Actor, id factcheck.ProposalID) error {
	return db.write(ctx, actor, factcheck.ProposeAct, "withdraw "+id.String(), func(t *tx) error {
		p, err := t.lockProposal(id)
		if err != nil {
			return err
		}
		if p.by != t.actor.Person {
			return factcheck.Forbidden("somebody else proposed this; refuse it instead")
		}
		return t.close(p, factcheck.DecisionRefused, "proposal.withdraw")
	})
}

// lockProposal returns an open proposal with its row locked.
func (t *tx) lockProposal(id factcheck.ProposalID) (proposalRow, error) {
	p := proposalRow{id: id}
	err := t.pgx.QueryRow(t.ctx, `SELECT kind, claim_id, verdict_id, claimant_id, class, reason, passage, proposed_by, proposed_at, decision
		FROM proposals WHERE id = $1 FOR NO KEY UPDATE`, id).Scan(&p.kind, &p.claim, &p.verdict, &p.claimant, &p.class, &p.reason, &p.passage, &p.by, &p.at, &p.decision)
	if err != nil {
		return p, fmt.Errorf("lock %s: %w", id, err)
	}
	if p.decision != factcheck.DecisionOpen {
		return p, factcheck.Conflict("this proposal was decided already")
	}
	return p, nil
}

// close writes a decision down and erases the passage.
func (t *tx) close(p proposalRow, d factcheck.Decision, action string) error {
	tag, err := t.pgx.Exec(t.ctx, `UPDATE proposals SET decision = $2, decided_by = $3, decided_at = $4, passage = '' WHERE id = $1 AND decision = 'open'`,
		p.id, d, t.actor.Person, t.now)
	if err != nil {
		return fmt.Errorf("write the decision: %w", err)
	}
	if tag.RowsAffected() != 1 {
		return factcheck.Conflict("this proposal was decided already")
	}
	return t.audit(action, p.id, p.details())
}

// restore lifts the suspension that was proposed to be lifted.
func (t *tx) restore(p proposalRow) error {
	v, err := t.lockVerdict(p.verdict)
	if err != nil {
		return err
	}
	if v.State != factcheck.VerdictSuspended {
		return factcheck.Conflict("this verdict is %s by now; only a suspended one is restored", v.State)
	}
	var again bool
	err = t.pgx.QueryRow(t.ctx, `SELECT coalesce($2 < `+lastSuspended+`, false)`, p.verdict, p.at).Scan(&again)
	if err != nil {
		return fmt.Errorf("ask when it was suspended: %w", err)
	}
	if again {
		return factcheck.Conflict("this verdict was suspended anew since this was proposed; propose it again")
	}
	res := t.db.Model(&verdictModel{}).Where("id = ? AND state = 'suspended'", v.ID).Updates(map[string]any{
		"state": factcheck.VerdictCurrent, "notice": "", "restored_by": p.id,
	})
	if err := one(res, "this verdict"); err != nil {
		return err
	}
	t.change(change{kind: factcheck.ChangeVerdictRestored, claim: v.ClaimID, verdict: v.ID, note: p.reason})
	return t.audit("verdict.restore", v.ID, map[string]any{"claim": v.ClaimID, "proposal": p.id})
}

// name names a private person.
func (t *tx) name(p proposalRow) error {
	if err := t.unnamedPerson(p.claimant); err != nil {
		return err
	}
	var edited bool
	err := t.pgx.QueryRow(t.ctx, `SELECT EXISTS (SELECT FROM audit WHERE object = $1 AND action = 'claimant.edit' AND at > $2)`, p.claimant.String(), p.at).Scan(&edited)
	if err != nil {
		return fmt.Errorf("ask whether the claimant was edited: %w", err)
	}
	if edited {
		return factcheck.Conflict("what is said of this claimant was edited since this was proposed; propose it again")
	}
	_, err = t.pgx.Exec(t.ctx, `UPDATE claimants SET named_reason = $2, named_proposed_by = $3, named_approved_by = $4, version = version + 1 WHERE id = $1`,
		p.claimant, p.reason, p.by, t.actor.Person)
	if err != nil {
		return fmt.Errorf("name the claimant: %w", err)
	}
	if err := t.claimantMoved(p.claimant, "The claimant is named."); err != nil {
		return err
	}
	return t.audit("claimant.name", p.claimant, map[string]any{"proposal": p.id})
}

// UnnameClaimant takes the naming of a private person back, at once: from the moment this returns no public way out has the
// name, earlier states of the pages included. Naming again takes two people again. CodeConflict if they are not named.
// Editors and above; no key may.
func (db *DB) UnnameClaimant(ctx context.Context, actor factcheck.Actor, id factcheck.ClaimantID) error {
	return db.write(ctx, actor, factcheck.Suspend, "take the name of "+id.String()+" back", func(t *tx) error {
		tag, err := t.pgx.Exec(ctx, `UPDATE claimants SET named_reason = '', named_proposed_by = NULL, named_approved_by = NULL, version = version + 1
			WHERE id = $1 AND private AND named_approved_by IS NOT NULL`, id)
		if err != nil {
			return fmt.Errorf("unname the claimant: %w", err)
		}
		if tag.RowsAffected() == 0 {
			var there bool
			if err := t.pgx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM claimants WHERE id = $1)`, id).Scan(&there); err != nil {
				return fmt.Errorf("look for the claimant: %w", err)
			}
			if !there {
				return factcheck.NotFound("there is no such claimant")
			}
			return factcheck.Conflict("this is not a private person whose naming was approved")
		}
		if err := t.claimantMoved(id, "The claimant is no longer named."); err != nil {
			return err
		}
		return t.audit("claimant.unname", id, nil)
	})
}

// Proposals returns up to limit proposals in a state, newest first, those before a proposal when paging; the zero id begins.
// Checkers and above.
func (db *DB) Proposals(ctx context.Context, actor factcheck.Actor, state factcheck.Decision, before factcheck.ProposalID, limit int) ([]Proposal, error) {
	var out []Proposal
	err := db.write(ctx, actor, factcheck.ReadNewsroom, "list the proposals", func(t *tx) error {
		if !state.Valid() {
			return invalidf("state", "choose open, approved or refused")
		}
		if err := checkPage(limit); err != nil {
			return err
		}
		rows, err := t.pgx.Query(ctx, proposalsQuery, state, before, limit)
		if err != nil {
			return err
		}
		out, err = pgx.CollectRows(rows, scanProposal)
		return err
	})
	return out, err
}

const proposalColumns = `p.id, p.kind, c.id, coalesce(c.text, ''), p.verdict_id, p.claimant_id, p.class, p.reason, p.proposed_by, by.name, p.proposed_at,
       p.decision, coalesce(decider.name, ''), p.decided_at
FROM proposals p JOIN people by ON by.id = p.proposed_by LEFT JOIN people decider ON decider.id = p.decided_by
LEFT JOIN verdicts v ON v.id = p.verdict_id LEFT JOIN claims c ON c.id = coalesce(p.claim_id, v.claim_id)`

const proposalsQuery = `SELECT ` + proposalColumns + ` WHERE p.decision = $1 AND ($2::uuid IS NULL OR p.id < $2) ORDER BY p.id DESC LIMIT $3`

func scanProposal(row pgx.CollectableRow) (Proposal, error) {
	var p Proposal
	return p, row.Scan(&p.ID, &p.Kind, &p.Claim, &p.ClaimText, &p.Verdict, &p.Claimant, &p.Class, &p.Reason, &p.ProposedBy, &p.Proposer, &p.ProposedAt,
		&p.Decision, &p.Decider, &p.DecidedAt)
}

// ProposalByID returns a proposal, whatever became of it. Checkers and above. One query.
func (db *DB) ProposalByID(ctx context.Context, actor factcheck.Actor, id factcheck.ProposalID) (Proposal, error) {
	var out Proposal
	err := db.write(ctx, actor, factcheck.ReadNewsroom, "read "+id.String(), func(t *tx) error {
		rows, err := t.pgx.Query(ctx, `SELECT `+proposalColumns+` WHERE p.id = $1`, id)
		if err != nil {
			return err
		}
		out, err = pgx.CollectExactlyOneRow(rows, scanProposal)
		return err
	})
	return out, err
}

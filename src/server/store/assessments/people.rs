//! Who takes part in an assessment, and who could.

use super::reached;
use crate::domain::identifiers::AssessmentId;
use crate::on;
use crate::server::access::{AllowedIn, LeadAssessment, OrganisationPermission};
use crate::server::store::{Db, Tx};

/// Somebody's part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Who.
    pub person: String,
    /// Their name.
    pub name: String,
    /// `contributor` or `challenger`.
    pub part: String,
    /// The domain of a contributor.
    pub domain: String,
}

/// Who takes part by assignment.
pub async fn parts<P: OrganisationPermission>(
    db: &Db,
    proof: &AllowedIn<P>,
    id: &AssessmentId,
) -> sqlx::Result<Vec<Part>> {
    let rows: Vec<(String, String, String, String)> = on!(&db.read, pool => {
        sqlx::query_as(concat!(
            "select t.person_id, p.name, t.part, t.domain from assessment_part t join person p on p.id = t.person_id
             join assessment a on a.id = t.assessment_id where ",
            reached!(),
            " order by t.part, p.name, t.domain"
        ))
        .bind(id.as_str())
        .bind(proof.organisation().as_str())
        .fetch_all(pool)
        .await?
    });
    Ok(rows
        .into_iter()
        .map(|(person, name, part, domain)| Part {
            person,
            name,
            part,
            domain,
        })
        .collect())
}

/// Gives somebody a part. Giving it twice changes nothing.
pub async fn give_part(
    tx: &mut Tx,
    proof: &AllowedIn<LeadAssessment>,
    id: &AssessmentId,
    person: &str,
    part: &str,
    domain: &str,
) -> sqlx::Result<()> {
    on!(tx, tx => {
        sqlx::query(concat!(
            "insert into assessment_part (assessment_id, person_id, part, domain, given_by_id, at)
             select a.id, $3, $4, $5, $6, $7 from assessment a where ",
            reached!(),
            " on conflict (assessment_id, person_id, part, domain) do nothing"
        ))
        .bind(id.as_str())
        .bind(proof.organisation().as_str())
        .bind(person)
        .bind(part)
        .bind(domain)
        .bind(proof.person().as_str())
        .bind(proof.at())
        .execute(&mut **tx)
        .await?;
    });
    Ok(())
}

/// Takes a part away from somebody.
pub async fn take_part(
    tx: &mut Tx,
    proof: &AllowedIn<LeadAssessment>,
    id: &AssessmentId,
    person: &str,
    part: &str,
) -> sqlx::Result<()> {
    on!(tx, tx => {
        sqlx::query(concat!(
            "delete from assessment_part where person_id = $3 and part = $4
             and assessment_id in (select a.id from assessment a where ",
            reached!(),
            ")"
        ))
        .bind(id.as_str())
        .bind(proof.organisation().as_str())
        .bind(person)
        .bind(part)
        .execute(&mut **tx)
        .await?;
    });
    Ok(())
}

/// Somebody who can be given a part or an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Their id.
    pub id: String,
    /// Their name.
    pub name: String,
    /// Job title.
    pub job_title: String,
    /// Where they belong.
    pub organisation: String,
    /// Whether their role lets them rate or challenge.
    pub contributes: bool,
}

/// The people of the organisations that take part.
pub async fn members<P: OrganisationPermission>(
    db: &Db,
    proof: &AllowedIn<P>,
    id: &AssessmentId,
) -> sqlx::Result<Vec<Member>> {
    let rows: Vec<(String, String, String, String, i64)> = on!(&db.read, pool => {
        sqlx::query_as(concat!(
            "select p.id, p.name, p.job_title, min(o.name),
             cast(sum(case when m.role in ('assessment-lead', 'line-manager', 'social-supervisor') then 1 else 0 end) as bigint)
             from person p join membership m on m.person_id = p.id join organisation o on o.id = m.organisation_id
             join assessment a on (a.organisation_id = m.organisation_id or exists (select 1 from assessment_share x
                where x.assessment_id = a.id and x.organisation_id = m.organisation_id and x.state = 'agreed'))
             where p.disabled_at is null and m.role not in ('support', 'auditor') and ",
            reached!(),
            " group by p.id, p.name, p.job_title order by p.name"
        ))
        .bind(id.as_str())
        .bind(proof.organisation().as_str())
        .fetch_all(pool)
        .await?
    });
    Ok(rows
        .into_iter()
        .map(|(id, name, job_title, organisation, roles)| Member {
            id,
            name,
            job_title,
            organisation,
            contributes: roles > 0,
        })
        .collect())
}

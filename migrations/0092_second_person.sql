-- Who could have confirmed a destruction when it was proposed, as a list: an account or a role that was
-- given afterwards makes nobody a second person. Proposals that were made before this must be made again.
alter table destruction add column could_confirm text not null default '[]';

export { type AuditTrigger, type CountedVotes, countVotes, isSlashed, stands } from './counted-votes.js';
export {
  distributionList,
  HASHES_PER_ROE,
  type ListedRound,
  type VotedSubmission,
} from './distribution-list.js';

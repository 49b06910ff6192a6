
// Trackers
export {
  TrackerError,
  type Query,
  type Tracker,
  type TrackerErrorCode,
  type TrackerId,
  type Tracklets,
} from './tracklets.ts'
export { queriesFromJson, tracksFromJson, tracksToJson, type TracksFile } from './tracks-file.ts'

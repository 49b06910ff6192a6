export type {
  Sam2Constants,
  Sam2DecodeFeeds,
  Sam2Decoded,
  Sam2Features,
  Sam2MaskFeeds,
  Sam2MemoryFeeds,
  Sam2Networks,
  Sam2Shape,
  Sam2Variant,
} from '../../roles/sam2-networks.ts'

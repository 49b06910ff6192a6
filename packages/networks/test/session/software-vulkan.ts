import { existsSync } from 'node:fs'

const driver = process.env.KINEMETRIC_VULKAN_DRIVER ?? '/usr/lib/chromium/vk_swiftshader_icd.json'

/** Whether a software Vulkan driver (SwiftShader, as Chromium brings it) is here. Says so where it is not. */
export function hasSoftwareVulkan(): boolean {
  const found = existsSync(driver)
  if (!found)
    console.warn(
      `skipped: no software Vulkan driver at ${driver} (set KINEMETRIC_VULKAN_DRIVER), so WebGPU is not tested here`,
    )
  return found
}

/** Points Vulkan's loader at that driver, for this process and its children. Call before the first WebGPU session. */
export function useSoftwareVulkan(): void {
  process.env.VK_DRIVER_FILES = driver
  process.env.VK_ICD_FILENAMES = driver
}

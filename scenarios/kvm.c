// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does KVM work here? /dev/kvm opens on machines where no guest ever runs, so one is run: a
 * page with a single HLT in it. That is code for x86, and so are the guests: where the agent
 * runs on another machine, the answer is no.
 */
#include "scenarios/kvm.h"

#ifdef __x86_64__
#include <cpuid.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE	4096
#define CODE_AT 0x1000
#define HLT	0xf4

const char *kvm_cpu(void)
{
	unsigned int eax, signature[3];

	__cpuid(0x40000000, eax, signature[0], signature[1], signature[2]);
	return memcmp(signature, "TCGTCGTCGTCG", sizeof(signature)) ? "host"
								    : "host,-xsave,-tsc-deadline";
}

/* Real mode, flat, at the page's start. */
static bool set_registers(int vcpu)
{
	struct kvm_regs regs = {.rip = CODE_AT, .rflags = 2};
	struct kvm_sregs sregs;

	if (ioctl(vcpu, KVM_GET_SREGS, &sregs) < 0)
		return false;
	sregs.cs.base = 0;
	sregs.cs.selector = 0;
	return !ioctl(vcpu, KVM_SET_SREGS, &sregs) && !ioctl(vcpu, KVM_SET_REGS, &regs);
}

static bool run_until_halt(int kvm, int vcpu)
{
	int size = ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
	struct kvm_run *run;
	bool halted;

	if (size < 0)
		return false;
	run = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, vcpu, 0);
	if (run == MAP_FAILED)
		return false;
	halted = !ioctl(vcpu, KVM_RUN, 0) && run->exit_reason == KVM_EXIT_HLT;
	munmap(run, size);
	return halted;
}

static bool run_vm(int kvm, int vm, uint8_t *page)
{
	struct kvm_userspace_memory_region region = {
		.guest_phys_addr = CODE_AT, .memory_size = PAGE, .userspace_addr = (uintptr_t)page};
	int vcpu;
	bool halted;

	if (ioctl(vm, KVM_SET_USER_MEMORY_REGION, &region) < 0)
		return false;
	vcpu = ioctl(vm, KVM_CREATE_VCPU, 0);
	if (vcpu < 0)
		return false;
	page[0] = HLT;
	halted = set_registers(vcpu) && run_until_halt(kvm, vcpu);
	close(vcpu);
	return halted;
}

static bool try_vm(int kvm)
{
	int vm = ioctl(kvm, KVM_CREATE_VM, 0);
	bool halted;
	void *page;

	if (vm < 0)
		return false;
	page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	halted = page != MAP_FAILED && run_vm(kvm, vm, page);
	if (page != MAP_FAILED)
		munmap(page, PAGE);
	close(vm);
	return halted;
}

bool kvm_works(const char **why)
{
	int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	bool works;

	*why = "no /dev/kvm";
	if (kvm < 0)
		return false;
	works = try_vm(kvm);
	*why = "/dev/kvm runs no code";
	close(kvm);
	return works;
}
#else

const char *kvm_cpu(void)
{
	return "host";
}

bool kvm_works(const char **why)
{
	*why = "guests are for x86-64 only";
	return false;
}
#endif
